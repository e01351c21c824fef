"""How a handle is brought to where it may be destroyed, with calls that need nothing but the handle."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.ownership import CALLEE
from abidance.boundary.model.types import (
    HandleShape,
    NothingShape,
    OpaqueShape,
    PointerShape,
    ScalarShape,
    UserDataShape,
)
from abidance.boundary.model.values import ROOM
from abidance.boundary.values.memory import blank

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.types import Shape
    from abidance.boundary.model.values import Value


def is_destroyed_in_some_states(life: HandleLife) -> bool:
    """Tell whether there are states in which a handle may not be destroyed: only the call itself tells that it was."""
    machine = life.machine
    return machine is not None and len(machine.lawful(life.destroy or "")) < len(machine.states)


def ways_to_destroy(boundary: Boundary, life: HandleLife, destroy: str) -> list[tuple[str, str]]:
    """Return calls in order, each with the state that it is for, after which a handle may be destroyed.

    They are calls of functions that need nothing but the handle.
    """
    machine = life.machine
    if machine is None or not is_destroyed_in_some_states(life):
        return []
    usable = {
        name
        for name in machine.functions
        if name not in (destroy, *life.creates) and _needs_nothing(boundary.functions[name], life.name)
    }
    return machine.all_ways(machine.lawful(destroy), usable)


def other_ends(boundary: Boundary, life: HandleLife, destroy: str) -> list[tuple[str, frozenset[str]]]:
    """Return functions that take a handle over for good, each with states in which it may not be destroyed otherwise.

    So `pclose` ends what `popen` has made, and `fclose` what `fopen` has.
    """
    machine = life.machine
    if machine is None or not is_destroyed_in_some_states(life):
        return []
    ended = {*machine.lawful(destroy), *(state for _, state in ways_to_destroy(boundary, life, destroy))}
    found = []
    for function in boundary.functions.values():
        states = frozenset(machine.lawful(function.name)) - ended
        if states and function.name != destroy and _ends(function, life.name):
            found.append((function.name, states))
            ended |= states
    return found


def without_owners(function: BoundaryFunction) -> BoundaryFunction:
    """Return a function that leaves its handles whose they are."""
    members = tuple(
        replace(m, shape=replace(m.shape, owner="", owned=())) if isinstance(m.shape, HandleShape) else m
        for m in function.members
    )
    return replace(function, members=members)


def _ends(function: BoundaryFunction, handle: str) -> bool:
    """Tell whether a call takes a handle over for good that is all it needs."""
    given = [each.shape for each in function.members if isinstance(each.shape, HandleShape)]
    return (
        _needs_nothing(function, handle)
        and len(given) == 1
        and given[0].owner == CALLEE
        and not (given[0].lifetime or given[0].owned or given[0].made)
    )


def least(shape: Shape) -> Value:
    """Return what such a call is given beside the handle."""
    match shape:
        case CallbackShape() | UserDataShape():
            return blank(shape)
        case ScalarShape():
            return int(max(shape.lowest, min(0, shape.highest)))
        case NothingShape() | OpaqueShape():
            return None
        case PointerShape() if not shape.direction.read:
            return ROOM
    return None


def _needs_nothing(function: BoundaryFunction, handle: str) -> bool:
    """Tell whether a call can be made with nothing but a handle, and what `least` returns."""
    return function.signature is not None and all(
        getattr(member.shape, "handle", None) == handle
        or isinstance(member.shape, ScalarShape)
        or (isinstance(member.shape, PointerShape) and not member.shape.direction.read)
        for member in function.members
    )
