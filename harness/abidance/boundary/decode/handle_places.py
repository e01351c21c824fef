"""Handles that are pointers: at which address each is, as the calls that left them tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import path_of_array, place_in_array
from abidance.boundary.model.traversal import array_left
from abidance.boundary.model.types import RESULT_NAME, HandleShape
from abidance.boundary.model.values import HandleAt
from abidance.boundary.values.memory import shallow, unpack

if TYPE_CHECKING:
    from abidance.boundary.encode.encoded_plan import Encoded
    from abidance.boundary.model.types import RecordShape
    from abidance.plan.observation import Observation

SIZE = 8


def handle_at(raw: bytes) -> HandleAt | None:
    """Return the handle that a pointer's bytes are; None for NULL."""
    address = int.from_bytes(raw[:SIZE], "little")
    return HandleAt(address) if address else None


def record_handle(record: RecordShape, raw: bytes) -> HandleAt:
    """Return the handle that a record is which came back by value: two are the same where all of their bytes are."""
    fields = unpack(record, raw, RESULT_NAME, shallow)
    return HandleAt(
        int.from_bytes(raw, "little"), fields if isinstance(fields, dict) else {}, f"a {record.spelling}"
    )


def place_of(
    encoded: Encoded, observation: Observation, origin: tuple[int, str], index: int
) -> tuple[int, str]:
    """Return the call before another one that left a handle, and where: one that may have put another in its place."""
    for earlier in range(index - 1, origin[0], -1):
        placed = encoded.calls[earlier]
        for member in placed.function.members if observation.has_run(earlier) else ():
            may_replace = isinstance(member.shape, HandleShape) and member.shape.replaced
            if may_replace and placed.origin(member.name) == origin:
                return earlier, member.name
    return origin


def handle_left(encoded: Encoded, observation: Observation, origin: tuple[int, str]) -> HandleAt | None:
    """Return the handle that a call has left at a path; None where it left none, or it is not known which."""
    index, path = origin
    if not observation.has_run(index):
        return None
    returned = observation.calls[index]
    if path == RESULT_NAME:
        return handle_at(returned.result)
    name, number = place_in_array(path)
    placed, call = encoded.calls[index], encoded.plan.calls[index]
    if array_left(placed.function, name) is not None:
        there = path_of_array(name)
        read = returned.followed[placed.follows.index(there)] if there in placed.follows else None
        return handle_at(read.contents[number * SIZE :]) if read is not None else None
    block = placed.places.get(name)
    if block is None or block not in call.watched:
        return None
    return handle_at(returned.blocks[call.watched.index(block)][number * SIZE :])


def handle_given(encoded: Encoded, observation: Observation, index: int, name: str) -> HandleAt | None:
    """Return the handle that a call was given as a parameter; None where no earlier one left it, or not known where."""
    made = encoded.calls[index].origin(name)
    return (
        None
        if made is None
        else handle_left(encoded, observation, place_of(encoded, observation, made, index))
    )
