"""What a call has left, and what follows from it: numbers at places, reads behind pointers, slots, and windows."""

from __future__ import annotations

import ctypes
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from abidance.execute.pointer_reads import NONE, deeper, distance, read_behind, up_to_end
from abidance.plan.observation import PointerReadResult, PointerReadStatus
from abidance.plan.plan import TextTest, ValuePlace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.plan.plan import Move, NumberTest, PointerRead, WindowMove
    from abidance.watch.arena import Arena


UNUSABLE = PointerReadResult(PointerReadStatus.UNREADABLE, b"")
"""Memory that cannot be written to, although it should."""


def number_at(
    place: ValuePlace,
    result: bytes,
    addresses: memoryview[int],
    slots: list[int],
    followed: Sequence[PointerReadResult] = (),
) -> int:
    """Return the unsigned number at a place, which may lie in what was read before."""
    if place.slot is not None:
        return slots[place.slot]
    if place.read is not None:
        return number_read(place, followed)
    block, offset, end = place.block, place.offset, place.offset + place.width
    if block is None:
        if end > len(result):
            raise ValueError("a place lies outside the result")
        return int.from_bytes(result[offset:end], "little")
    if end > addresses[2 * block + 1]:
        raise ValueError("a place lies outside its block")
    return int.from_bytes(ctypes.string_at(addresses[2 * block] + offset, place.width), "little")


def number_read(place: ValuePlace, followed: Sequence[PointerReadResult]) -> int:
    """Return the number in what was read behind a pointer, 0 where that was less."""
    if place.read is None or place.read >= len(followed):
        raise ValueError("a place lies in what is not read")
    read = followed[place.read]
    raw = read.contents[place.offset : place.offset + place.width]
    there = read.reach is PointerReadStatus.READ and len(raw) == place.width
    return int.from_bytes(raw, "little") if there else 0


def holds(
    test: NumberTest | TextTest,
    result: bytes,
    addresses: memoryview[int],
    slots: list[int],
    followed: tuple[PointerReadResult, ...],
) -> bool:
    """Tell whether a test holds of what the call left, and of the slots; raises ValueError for what is not read."""
    if isinstance(test, TextTest):
        if test.read >= len(followed):
            raise ValueError("a text is compared that is not read")
        read = followed[test.read]
        return read.reach is PointerReadStatus.READ and read.contents == test.text
    number = number_at(test.place, result, addresses, slots)
    return test.holds(number, slots)


def move_slots(
    moves: tuple[Move, ...],
    result: bytes,
    addresses: memoryview[int],
    slots: list[int],
    followed: tuple[PointerReadResult, ...],
) -> None:
    """Put into each slot the number of the first move of which all holds of what the call left, and of other slots."""
    settled: set[int] = set()
    for move in moves:
        number = move.number
        if move.within is not None:
            slot, low, high = move.within
            if not low <= slots[slot] <= high:
                continue
            number += move.times * (slots[slot] - low)
        if move.slot in settled:
            continue
        if all(holds(test, result, addresses, slots, followed) for test in move.tests):
            slots[move.slot] = number
            settled.add(move.slot)


def read_left(
    read: PointerRead,
    arena: Arena,
    result: bytes,
    slots: list[int],
    followed: Sequence[PointerReadResult] = (),
) -> PointerReadResult:
    """Return what lies behind a pointer that a call has left; where that is room, it is filled first.

    How much that is may stand in what was read behind the pointers before it.
    """
    if read.held and read.pointer.block is not None:
        block = read.pointer.block
        pointer, size = arena.addresses[2 * block], arena.addresses[2 * block + 1]
        read = replace(read, limit=min(read.limit, size))
    elif not all(holds(test, result, arena.addresses, slots, ()) for test in read.when):
        return NONE
    else:
        pointer = number_at(read.pointer, result, arena.addresses, slots)
    if read.within is not None:
        return distance(pointer, arena.addresses[2 * read.within])
    limit = read.limit

    def number(place: ValuePlace) -> int:
        return number_at(place, result, arena.addresses, slots, followed)

    told = None if read.length is None else number(read.length)
    if told is not None and read.ends_there:
        found = up_to_end(pointer, told, limit, read, arena)
    else:
        if told is not None:
            if read.length is not None and read.length.signed:
                told = read.length.of(told)
            for place in read.times:
                told *= place.of(number(place))
            whole = read.scale * told
            for each in read.plus:
                whole += each.scale * prod(at.of(number(at)) for at in each.places)
            limit = min(limit, whole) if whole >= 0 else limit
        found = read_behind(pointer, limit, read, arena)
    if read.puts and found.reach is PointerReadStatus.READ:
        written = arena.write(pointer, read.puts, limit)
        return read_behind(pointer, limit, read, arena) if written else UNUSABLE
    return deeper(found, read.behind, arena) if read.behind else found


def carry(move: WindowMove, arena: Arena, more: bytes) -> None:
    """Move what is left of a window."""
    addresses = arena.addresses
    pointer, count, done = (
        number_at(ValuePlace(block, offset, width), b"", addresses, []) if offset is not None else 0
        for block, offset, width in (
            (move.record, move.pointer, 8),
            (move.counter, move.count, move.width),
            (move.counter, move.position, move.width),
        )
    )
    pointer += done * move.scale
    left, at = max(count - done, 0) * move.scale, pointer - addresses[2 * move.source]
    if not 0 <= at <= addresses[2 * move.source + 1] - left:
        left = 0
    contents = ctypes.string_at(pointer, left) if move.copies and left else b""
    size = min(left + len(more) + move.room, max(left, move.most))
    size -= size % move.scale
    contents = (contents + more)[:size]
    start = 0 if move.leftmost else addresses[2 * move.target + 1] - size
    if start < 0:
        raise ValueError("a window is moved to where it has no room")
    if contents:
        arena.store(move.target, start, contents)
    arena.store(move.record, move.pointer, (addresses[2 * move.target] + start).to_bytes(8, "little"))
    arena.store(move.counter, move.count, (size // move.scale).to_bytes(move.width, "little"))
    if move.position is not None:
        arena.store(move.counter, move.position, bytes(move.width))
