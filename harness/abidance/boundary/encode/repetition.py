"""Calls that are made several times in a row: as one call that is repeated, or one after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import is_bound
from abidance.boundary.model.callbacks import CallbackShape, EarlierCallbackShape
from abidance.boundary.model.ownership import SHARED
from abidance.boundary.model.traversal import walk, windows, windows_of
from abidance.boundary.model.types import HandleShape, PointerShape
from abidance.boundary.model.values import Earlier
from abidance.boundary.resolve.freeing import leaves_owned
from abidance.boundary.values.windows import parameters_go_on, with_nothing

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import Step, Values

MOST_APART = 1 << 10
"""A call that cannot be repeated in place is made so often at most."""


def is_repeatable(boundary: Boundary, function: BoundaryFunction) -> bool:
    """Tell whether a call can be made again as if it were the first, with its memory as that found it.

    That is not so where what it leaves there goes on: in the record of a handle, in the place of one that it puts
    another one in, in memory that the library keeps or frees, in room that it lends, and in callbacks. Nor where the
    call may lead a handle to a state in which it is not lawful any more, or where functions are asked before it or
    after it.
    """
    handles = [s for m in function.members for s in walk(m.shape) if isinstance(s, HandleShape)]
    in_records = any(each.replaced or boundary.handles[each.handle].record is not None for each in handles)
    asks = function.observers or any(each.observers for each in function.rejects)
    return not asks and not in_records and may_follow_itself(boundary, function)


def may_follow_itself(boundary: Boundary, function: BoundaryFunction) -> bool:
    """Tell whether a call may be made again right after it with the same arguments, as a call of its own."""
    if (
        leaves_owned(function)
        or function.result.owned
        or function.lent is not None
        or function.rooms
        or function.asked_before
    ):
        return False
    for shape in (each for member in function.members for each in walk(member.shape)):
        match shape:
            case HandleShape(handle=handle) as taken if (
                boundary.handles[handle].acquire == function.name
                or (is_bound(taken) and taken.owner != SHARED)  # who shares one takes a reference each time
            ):
                return False
            case PointerShape(lifetime=lifetime, handed=handed) if handed or lifetime not in ("", "call"):
                return False
            case CallbackShape() | EarlierCallbackShape():
                return False
    return not windows_of(function) and stays(boundary, function)


def stays(boundary: Boundary, function: BoundaryFunction) -> bool:
    """Tell whether every call leaves its handles in states in which the same call is lawful again.

    One that changes what it copies leaves another copy the next time.
    """
    machines = (life.machine for life in boundary.handles.values() if life.machine is not None)
    for machine in machines:
        led = machine.of(function.name)
        moved = {each.parameter for each in led if each.targets}
        if not all(each.stays and (not each.copies or moved.isdisjoint((each.copies, ""))) for each in led):
            return False
    return True


def again(boundary: Boundary, function: BoundaryFunction, step: Step) -> Values:
    """Return what a call is given when it is made once more: nothing new in the windows in which it goes on."""
    found = step.known
    for name, value in found.items():
        record = (
            boundary.handles[value.handle].record if isinstance(value, Earlier) and value.handle else None
        )
        if record is None:
            continue
        assert isinstance(value, Earlier)
        on = [each for each, _ in windows(record.members) if f"{name}.{each.name}" in step.goes_on]
        state = value.state | with_nothing({each.name: value.state[each.name] for each in on}, record.members)
        names = tuple(dict.fromkeys((*value.goes_on, *(each.name for each in on))))
        found[name] = replace(value, state=state, goes_on=names)
    moved = [each for each in step.goes_on if "." not in each]
    return parameters_go_on(function.members, found, (), only=moved) if moved else found
