"""Fewer and shorter records, one behind the other, of memory that is full of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import ScalarShape
from abidance.boundary.values.memory import ValueTooWideError, pack_scalar, unpack_scalar
from abidance.boundary.values.packed_records import joined, spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abidance.boundary.model.types import PackedRecords


def shrunk_records(records: PackedRecords, raw: bytes, still: Callable[[bytes], bool]) -> bytes:
    """Return memory of fewer and shorter records of which `still` says the same; what it is asked need not be valid."""
    smaller = raw
    while found := next((each for each in _smaller(records, smaller) if still(each)), None):
        smaller = found
    return smaller


def _smaller(records: PackedRecords, raw: bytes) -> Iterator[bytes]:
    """Yield memory without one of the records, and with one of them shorter by what one of its numbers tells."""
    parts = [raw[start:end] for start, end in spans(records, raw)[0]]
    for n in reversed(range(len(parts))):
        yield joined(records, [*parts[:n], *parts[n + 1 :]])
    for n, part in enumerate(parts):
        for shorter in _shorter(records, part):
            yield joined(records, [*parts[:n], shorter, *parts[n + 1 :]])


def _shorter(records: PackedRecords, part: bytes) -> Iterator[bytes]:
    for member in records.of.members:
        shape, at = member.shape, member.offset
        if not isinstance(shape, ScalarShape) or shape.kind == "float" or member.bits:
            continue
        number, less = int(unpack_scalar(shape, part[at : at + shape.size])), len(part)
        while less := less // 2:
            try:
                told = pack_scalar(shape, number - less)
            except ValueTooWideError:
                continue
            yield (part[:at] + told + part[at + shape.size :])[: len(part) - less]
