"""What a traced call did to the memory that it was given, and whose memory its pointers point at."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

DECOYS = 0x4D5A00000000
DECOY_SIZE = 0x100000
"""Where functions and data are that are not there, and how far from each other; `watch/arena.h` has the same."""
_BLOCK = struct.Struct("<QQQqqqqQQ")
_DECOY = struct.Struct("<8Q")
_POINTER = struct.Struct("<4Q")
_HEAD = struct.Struct("<3Q")


def decoy(number: int) -> int:
    """Return the address of a decoy. The worker answers 0 to a call of it; whoever reads or writes there faults."""
    return DECOYS + number * DECOY_SIZE


@dataclass(frozen=True, slots=True)
class BlockTrace:
    """Accesses to one block: how many, and from where to where they begin, in bytes from its start.

    Offsets below zero and past the block's size are strays, which were let pass. With `cut` not all were noted.
    """

    reads: int
    writes: int
    lowest_read: int
    highest_read: int
    lowest_write: int
    highest_write: int
    written_first: bool
    cut: bool


@dataclass(frozen=True, slots=True)
class DecoyCalls:
    """How often a decoy was called, and the first six integer arguments of its last call."""

    number: int
    calls: int
    arguments: tuple[int, ...]


class Whose(IntEnum):
    """What an address points at."""

    NOWHERE = 0
    """Nothing that anybody knows; NULL as well."""
    HEAP = 1
    """The beginning of a block that a call of the plan has asked of the heap."""
    IN_HEAP = 2
    FREED = 3
    BLOCK = 4
    """A block of the plan, or its end."""
    OBJECT = 5
    """A loaded library or program: static memory, or code."""


@dataclass(frozen=True, slots=True)
class Pointed:
    """What the pointer in one slot points at. `base` is the block's address on the heap, or its number in the plan.

    `size` is the block's on the heap, or the offset in the plan's block.
    """

    address: int
    whose: Whose
    base: int
    size: int


@dataclass(frozen=True, slots=True)
class AccessTrace:
    """All of it: accesses by the block's number in the plan, and `pointers` by slot."""

    blocks: dict[int, BlockTrace]
    decoys: tuple[DecoyCalls, ...]
    pointers: tuple[Pointed, ...]


NO_TRACE = AccessTrace({}, (), ())


def read_trace(numbers: Sequence[int]) -> AccessTrace:
    """Return what `Returned.measured` of a traced call says; raises ValueError when it says nothing of the kind."""
    raw = struct.pack(f"<{len(numbers)}Q", *numbers)
    if len(raw) < _HEAD.size:
        raise ValueError("the worker has traced nothing")
    blocks, decoys, pointers = _HEAD.unpack_from(raw)
    at = _HEAD.size
    if len(raw) != at + blocks * _BLOCK.size + decoys * _DECOY.size + pointers * _POINTER.size:
        raise ValueError("what the worker has traced is not as long as it says")
    traced: dict[int, BlockTrace] = {}
    for each in _BLOCK.iter_unpack(raw[at : at + blocks * _BLOCK.size]):
        index, reads, writes, *ends, first, cut = each
        low_read, high_read, low_write, high_write = ends
        traced[index] = BlockTrace(
            reads, writes, low_read, high_read, low_write, high_write, bool(first), bool(cut)
        )
    at += blocks * _BLOCK.size
    called = tuple(
        DecoyCalls(number, calls, tuple(arguments))
        for number, calls, *arguments in _DECOY.iter_unpack(raw[at : at + decoys * _DECOY.size])
    )
    at += decoys * _DECOY.size
    pointed = tuple(
        Pointed(address, Whose(whose), base, size)
        for address, whose, base, size in _POINTER.iter_unpack(raw[at:])
    )
    return AccessTrace(traced, called, pointed)
