"""Whether the first calls on each new handle of a sequence are those of its `prepare`, with what is written there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import left_by
from abidance.boundary.model.values import ANY, Earlier

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.values import Case, Step, Values


def is_prepared(boundary: Boundary, case: Case) -> bool:
    """Tell whether each handle of a sequence is prepared as the contract says, as far as the sequence goes."""
    for index, step in enumerate(case.steps):
        for path, shape in () if step.rejects else left_by(boundary.functions[step.function], step.arguments):
            prepare = () if shape.of_others else boundary.handles[shape.handle].prepare
            if prepare and not _begin_with(prepare, [*_uses(case.steps, index, path)], len(case.steps) - 1):
                return False
    return True


def _begin_with(prepare: Sequence[tuple[str, Values]], uses: Sequence[tuple[int, Step]], last: int) -> bool:
    """Tell whether `prepare` follows the first of a handle's `uses`, which makes it, or the sequence ends with that."""
    if not all(_is_written(use, *call) for call, (_, use) in zip(prepare, uses[1:], strict=False)):
        return False
    return len(uses) > len(prepare) or uses[-1][0] == last


def prepares(boundary: Boundary, step: Step) -> bool:
    """Tell whether a call is one that some `prepare` has written out, whatever values others may give it."""
    return any(_is_written(step, *call) for life in boundary.handles.values() for call in life.prepare)


def _is_written(step: Step, name: str, written: Values) -> bool:
    """Tell whether a call is of a function and given all that is written out for it."""
    given = {n: value for n, value in written.items() if value is not ANY}
    return step.function == name and all(step.arguments.get(n) == value for n, value in given.items())


def _uses(steps: Sequence[Step], made_by: int, path: str) -> Iterator[tuple[int, Step]]:
    """Yield the call that has left a handle at a path, and those that are given it, each with its number."""
    yield made_by, steps[made_by]
    for number, step in enumerate(steps[made_by + 1 :], made_by + 1):
        given = (value for value in step.arguments.values() if isinstance(value, Earlier) and value.handle)
        if any(value.origin == (made_by, path) for value in given):
            yield number, step
