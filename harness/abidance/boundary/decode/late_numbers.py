"""Numbers that a function is asked with and nobody knows before: what the call it is about has left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import ScalarShape
from abidance.boundary.model.values import SOMEWHERE
from abidance.boundary.values.memory import unpack_scalar
from abidance.plan import plan as p

if TYPE_CHECKING:
    from abidance.boundary.encode.encoded_plan import Encoded
    from abidance.boundary.model.types import Member
    from abidance.plan.observation import Observation


def given_late(encoded: Encoded, observation: Observation, index: int, member: Member) -> object:
    """Return the whole number that call `index` was given from a slot; SOMEWHERE where that is not one."""
    shape, members = member.shape, encoded.calls[index].function.members
    argument = encoded.plan.calls[index].arguments[members.index(member)]
    if not isinstance(shape, ScalarShape) or shape.kind == "float" or not isinstance(argument, p.Slot):
        return SOMEWHERE
    held = _held(encoded, observation, index, argument.index)
    return SOMEWHERE if held is None else unpack_scalar(shape, held.to_bytes(8, "little")[: shape.size])


def _held(encoded: Encoded, observation: Observation, index: int, slot: int) -> int | None:
    """Return what is in a slot when call `index` is made; None where what went into it was not sent back."""
    for earlier in range(index - 1, -1, -1):
        call = encoded.plan.calls[earlier]
        saved = next((place for number, place in call.saves if number == slot), None)
        moved = next((each for each in call.moves if each.slot == slot), None)
        if (saved is None and moved is None) or not observation.has_run(earlier):
            continue
        if moved is not None:
            start = None if moved.within is None else _held(encoded, observation, index, moved.within[0])
            if moved.within is None or start is None:
                return None
            return moved.number + start - moved.within[1]
        returned = observation.calls[earlier]
        assert saved is not None
        if saved.slot is not None or saved.read is not None:
            return None
        raw = returned.result
        if saved.block is not None:
            if saved.block not in call.watched:
                return None
            raw = returned.blocks[call.watched.index(saved.block)]
        return int.from_bytes(raw[saved.offset : saved.offset + saved.width], "little")
    return None
