"""Reads behind pointers that a call has left, and behind those that lie in what was read."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from abidance.plan.observation import PointerReadResult, PointerReadStatus
from abidance.plan.plan import MOST_BEHIND, MOST_READS, SIGNED

if TYPE_CHECKING:
    from abidance.plan.array_end import ArrayEnd
    from abidance.plan.plan import InnerRead, PointerRead
    from abidance.watch.arena import Arena

NO_RANGE = PointerReadResult(PointerReadStatus.NO_RANGE, b"")
NONE = PointerReadResult(PointerReadStatus.NULL, b"")
"""There is no pointer: another member of a union lives."""
_ALL_ONES = (1 << 64) - 1
_FIRST, _GROWTH = 32, 8
"""How many elements are looked at first for the one that ends an array, and how many times as many each time after."""


def distance(pointer: int, start: int) -> PointerReadResult:
    """Return how many bytes after the start of some memory a pointer points, as a signed number of eight bytes."""
    if not pointer:
        return PointerReadResult(PointerReadStatus.NULL, b"")
    return PointerReadResult(PointerReadStatus.READ, ((pointer - start) & _ALL_ONES).to_bytes(8, "little"))


def up_to_end(
    pointer: int, end: int, limit: int, read: PointerRead | InnerRead, arena: Arena
) -> PointerReadResult:
    """Return what lies between a pointer and one past the end of it, at most `limit` bytes."""
    if not pointer and not end:
        return PointerReadResult(PointerReadStatus.NULL, b"")
    if not pointer or end < pointer or (end - pointer) % read.scale:
        return NO_RANGE
    return read_behind(pointer, min(limit, end - pointer), read, arena)


def read_behind(pointer: int, limit: int, read: PointerRead | InnerRead, arena: Arena) -> PointerReadResult:
    """Return what a pointer leads to."""
    if read.ends:
        return _up_to(pointer, limit, read.ends, arena)
    if read.string or read.length is not None:
        return _in_its_block(pointer, limit, arena, string=read.string)
    found = arena.read(pointer, limit, string=False)
    tail = read.tail
    if tail is None or found.reach is not PointerReadStatus.READ:
        return found
    number = int.from_bytes(found.contents[tail.offset : tail.offset + tail.width], "little")
    whole = min(tail.start + tail.scale * number, MOST_BEHIND)
    return _in_its_block(pointer, whole, arena) if whole > limit else found


def _in_its_block(pointer: int, limit: int, arena: Arena, *, string: bool = False) -> PointerReadResult:
    """Return what a pointer leads to which says how much that is: nothing behind the heap block that begins there."""
    room = arena.room(pointer)
    if limit <= room:
        return arena.read(pointer, limit, string=string)
    found = arena.read(pointer, room, string=string)
    whole = PointerReadStatus.UNTERMINATED if string else PointerReadStatus.READ
    return replace(found, reach=PointerReadStatus.UNREADABLE) if found.reach is whole else found


def _up_to(pointer: int, limit: int, ends: ArrayEnd, arena: Arena) -> PointerReadResult:
    """Return the elements before the one that ends them; unreadable memory behind it is none of theirs."""
    wanted, searched = _FIRST * ends.unit, 0
    while True:
        wanted = min(wanted, limit)
        found = _in_its_block(pointer, wanted, arena)
        raw = found.contents
        end = ends.first(raw, searched)
        if end is not None:
            return PointerReadResult(PointerReadStatus.READ, raw[:end])
        if found.reach is not PointerReadStatus.READ:
            return found
        if wanted == limit:
            return PointerReadResult(PointerReadStatus.UNTERMINATED, raw)
        searched, wanted = len(raw) - len(raw) % ends.unit, wanted * _GROWTH


def deeper(found: PointerReadResult, behind: tuple[InnerRead, ...], arena: Arena) -> PointerReadResult:
    """Return what was read with what lies behind the pointers in it, as far as that is not too much."""
    return _Reader(arena).deeper(found, behind)


class _Reader:
    """Reads behind pointers in memory, up to `MOST_READS` and `MOST_BEHIND`."""

    def __init__(self, arena: Arena) -> None:
        self._arena = arena
        self._reads = MOST_READS
        self._bytes = MOST_BEHIND

    def deeper(self, found: PointerReadResult, behind: tuple[InnerRead, ...]) -> PointerReadResult:
        groups = tuple([tuple(self._group(found.contents, inner)) for inner in behind])
        return PointerReadResult(found.reach, found.contents, groups)

    def _group(self, raw: bytes, inner: InnerRead) -> list[PointerReadResult]:
        results: list[PointerReadResult] = []
        for at in range(0, len(raw) - inner.stride + 1, inner.stride):
            limit = min(inner.limit, self._bytes)
            if not self._reads or not limit:
                break
            read = self._one(raw[at : at + inner.stride], limit, inner)
            self._reads -= 1
            self._bytes -= len(read.contents)
            results.append(self.deeper(read, inner.behind) if inner.behind else read)
        return results

    def _one(self, element: bytes, limit: int, inner: InnerRead) -> PointerReadResult:
        """Return what the pointer in one element leads to."""
        if not all(
            test.holds(_number(element, (test.place.offset, test.place.width))) for test in inner.when
        ):
            return NONE
        pointer = int.from_bytes(element[inner.offset : inner.offset + 8], "little")
        if inner.within is not None:
            return distance(pointer, self._arena.addresses[2 * inner.within])
        if inner.length is None:
            return read_behind(pointer, limit, inner, self._arena)
        offset, width = inner.length
        told = _number(element, (offset, width))
        if inner.ends_there:
            return up_to_end(pointer, told, limit, inner, self._arena)
        for place in inner.times:
            told *= _number(element, place)
        whole = inner.scale * told
        for each in inner.plus:
            whole += each.scale * prod(_number(element, place) for place in each.places)
        return read_behind(pointer, min(limit, whole) if whole >= 0 else limit, inner, self._arena)


def _number(element: bytes, place: tuple[int, int]) -> int:
    """Return the number at an offset, of so many bytes."""
    offset, width = place[0], place[1] & ~SIGNED
    return int.from_bytes(element[offset : offset + width], "little", signed=bool(place[1] & SIGNED))
