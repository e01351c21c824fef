"""How windows go on that an earlier call of a sequence was given: with more behind what it has left, or as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import parameter_windows, windows, windows_of
from abidance.boundary.model.types import ScalarShape
from abidance.boundary.model.values import Derived, used_handle
from abidance.boundary.values.windows import parameters_go_on
from abidance.contract.expression import spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.types import Member
    from abidance.boundary.model.values import Earlier, Step, Values
    from abidance.generate.hints import Hints
    from abidance.generate.source import ChoiceSource

ANEW, WITH_MORE, AS_IT_IS = range(3)
WAYS = (ANEW, WITH_MORE, WITH_MORE, AS_IT_IS)
"""How a window of a handle goes on that was used before."""


def goes_on(life: HandleLife) -> Iterator[tuple[Member, Member]]:
    """Yield the windows of a handle that may go on from call to call, each with the field that counts what is left.

    One that must have something in it may not: what a call leaves of it may be nothing.
    """
    for member, count in windows(life.record.members if life.record is not None else ()):
        if _may_be_empty(count):
            yield member, count


def _may_be_empty(count: Member) -> bool:
    return isinstance(count.shape, ScalarShape) and count.shape.lowest <= 0 and not count.shape.listed


def asked_before(hints: Hints) -> set[str]:
    """Return the names that the contract asks something of before a call: it is known of new windows alone."""
    return {part for each in hints.to_filter for reference in each.references for part in reference.parts}


def going_on(
    boundary: Boundary,
    function: BoundaryFunction,
    hints: Hints,
    arguments: Values,
    steps: Sequence[Step],
    source: ChoiceSource,
) -> Values:
    """Return the arguments of a call after `steps` with windows among them that go on, where there were such before."""
    found = windows_of(function)
    handle = used_handle(arguments) if found else None
    if handle is None or any(isinstance(value, Derived) for value in arguments.values()):
        return arguments
    if any(life.destroy == function.name for life in boundary.handles.values()):
        return arguments  # it is made whether or not the call was that was to leave them
    there, asked = left_on(boundary, handle, steps), asked_before(hints)
    for parameter in dict.fromkeys(each.parameter for each in found):
        mine = [each for each in found if each.parameter == parameter]
        names = {spelling(name) for each in mine for name in (each.parameter, each.counter)}
        if asked & names or any(each.key not in there or not _may_be_empty(each.count) for each in mine):
            continue
        way = source.pick(WAYS)
        if way != ANEW:
            more = () if way == AS_IT_IS else (parameter,)
            arguments = parameters_go_on(function.members, arguments, more, only=(parameter,))
    return arguments


def left_on(boundary: Boundary, handle: Earlier, steps: Iterable[Step]) -> set[str]:
    """Return the windows that calls on a handle had among their parameters."""
    found: set[str] = set()
    for step in steps:
        other = used_handle(step.arguments)
        if other is not None and other.origin == handle.origin:
            members = boundary.functions[step.function].members
            found |= {
                each.key for each in parameter_windows(members) if step.arguments[each.parameter] is not None
            }
    return found
