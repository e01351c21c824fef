"""Where numbers and pointers lie, as bytes, and back: what calls, reads and conditions name."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from abidance.plan.layout import COUNT, PLACE, RESULT, SAVED, WAS_READ
from abidance.plan.plan import SIGNED, ValuePlace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.plan.reader import ByteReader

WIDTHS = (1, 2, 4, 8)
"""How many bytes a number has."""


def encode_place(place: ValuePlace) -> bytes:
    """Return a place as bytes."""
    width = place.width | SIGNED * place.signed
    if place.slot is not None:
        return PLACE.pack(SAVED, place.slot, width)
    if place.read is not None:
        return PLACE.pack(WAS_READ, place.read << 32 | place.offset, width)
    return PLACE.pack(RESULT if place.block is None else place.block, place.offset, width)


def decode_place(reader: ByteReader) -> ValuePlace:
    """Return the place that comes next; raises ValueError."""
    block, offset, coded = reader.unpack(PLACE)
    width, signed = coded & ~SIGNED, bool(coded & SIGNED)
    if width not in WIDTHS:
        raise ValueError("the call has a place of no known width")
    if block == SAVED:
        return ValuePlace(None, 0, width, offset, signed=signed)
    if block == WAS_READ:
        return ValuePlace(None, offset & 0xFFFFFFFF, width, read=offset >> 32, signed=signed)
    return ValuePlace(None if block == RESULT else block, offset, width, signed=signed)


def encode_numbers(numbers: Sequence[int]) -> bytes:
    """Return how many numbers there are, and the numbers."""
    return struct.pack(f"<I{len(numbers)}I", len(numbers), *numbers)


def decode_numbers(reader: ByteReader) -> tuple[int, ...]:
    """Return the numbers that come next; raises ValueError."""
    return tuple(reader.unpack(COUNT)[0] for _ in range(reader.counted(COUNT.size)))
