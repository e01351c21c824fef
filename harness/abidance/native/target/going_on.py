"""Which windows of a handle a law's step leaves where the call before has ended, as it says nothing of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import HandleShape, PointerShape
from abidance.boundary.model.values import Earlier
from abidance.generate.windows import goes_on
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.laws import BoundaryLaw, LawStep
    from abidance.boundary.model.types import Member


class WindowsGoingOn:
    """The windows of one law, which go on from the second call on that is given their handle."""

    def __init__(self, boundary: Boundary, law: BoundaryLaw) -> None:
        self._boundary = boundary
        self._law = law

    def of(self, index: int) -> dict[str, tuple[str, ...]]:
        """Return the fields in which a step goes on, by its parameters.

        Raises NotCompiledError where it depends on what the law is given whether there is anything to go on with.
        """
        found: dict[str, tuple[str, ...]] = {}
        for parameter, which, life in self._handles(self._law.steps[index]):
            earlier = [
                step
                for step in self._law.steps[:index]
                if any(other == which for _, other, _ in self._handles(step))
            ]
            names = tuple(
                window.name
                for window, count in goes_on(life)
                if not {f"{parameter}.{window.name}", f"{parameter}.{count.name}"}
                & {*self._law.steps[index].bound}
            )
            if not earlier or not names:
                continue
            if not any(_is_made_before(each, self._law.steps[index]) for each in earlier):
                raise NotCompiledError(f"`{parameter}` goes on where a step ends that may not be made")
            if any(isinstance(m.shape, PointerShape) and m.shape.position for m, _ in goes_on(life)):
                raise NotCompiledError(f"`{parameter}` goes on in a window in which a number tells how far")
            found[parameter] = names
        return found

    def _handles(self, step: LawStep) -> Iterator[tuple[str, object, HandleLife]]:
        """Yield the handles that a step is given: the parameter, which one it is, and what is promised of it."""
        for member, shape, which in handles_given(self._boundary, step):
            yield member.name, which, self._boundary.handles[shape.handle]


def _is_made_before(earlier: LawStep, step: LawStep) -> bool:
    """Tell whether an earlier step was made where a step is: always, or on the same condition."""
    same = step.when is not None and earlier.when is not None and step.when.text == earlier.when.text
    return earlier.times is None and (earlier.when is None or same)


def handles_given(boundary: Boundary, step: LawStep) -> Iterator[tuple[Member, HandleShape, object]]:
    """Yield the parameters of a law's step that are handles, each with which one it is given."""
    for member in boundary.functions[step.function].members:
        argument = step.bound.get(member.name)
        if not isinstance(member.shape, HandleShape) or member.shape.made or argument is None:
            continue
        which = (argument.call, argument.path) if isinstance(argument, Earlier) else argument.text.strip()
        yield member, member.shape, which
