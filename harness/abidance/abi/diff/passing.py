"""In which registers a record travels that is passed by value.

Both the System V psABI for x86-64 (3.2.3) and AAPCS64 (6.8.2) pass a small record in floating-point registers only
where nothing but floating-point numbers lie, and members of a union share a place. So a further member may move the
others. Windows passes records by their sizes alone, whatever lies in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.abi.facts import ON_WINDOWS, UNKNOWN
from abidance.ir.types import Array, Basic, EnumRef, Pointer, RecordRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.abi.lookup import TypeLookup
    from abidance.ir.types import Type

_LARGEST = 16
_WORD = 8


def passed(side: TypeLookup, key: str) -> tuple[str, ...] | None:
    """Return what each word of a record holds, or None for one that goes by memory, or is not known."""
    target = side.facts.target
    if target is not None and target.machine.endswith(ON_WINDOWS):
        return None
    record = side.facts.records.get(key)
    if record is None or not isinstance(record.size, int) or not 0 < record.size <= _LARGEST:
        return None
    words = ["floating point"] * -(-record.size // _WORD)
    for place, kind in _scalars(side, RecordRef(key), 0):
        if kind is None or place >= record.size:
            return None
        if kind != "float":
            words[place // _WORD] = "integers"
    return tuple(words)


def _scalars(side: TypeLookup, type_: Type, place: int) -> Iterator[tuple[int, str | None]]:
    """Yield each scalar of an object that begins at `place`, with None for what is not known."""
    match side.bare(type_):
        case Pointer():
            yield place, "pointer"
        case Basic() | EnumRef() as scalar:
            found = side.scalar(scalar)
            yield place, found.kind if found else None
        case Array(of, count, _):
            size = side.size(of)
            if size is None or count is None or size * count > _LARGEST:
                yield place, None if count else "float"  # a flexible array is not passed
                return
            for number in range(count):
                yield from _scalars(side, of, place + number * size)
        case RecordRef(key):
            record = side.facts.records.get(key)
            fields = record.fields if record else None
            if fields is None or fields is UNKNOWN:
                yield place, None
                return
            for field in fields:
                if isinstance(field.bit_offset, int):
                    yield place + field.bit_offset // 8, "int"
                elif field.type is UNKNOWN or not isinstance(field.offset, int):
                    yield place, None
                else:
                    yield from _scalars(side, field.type, place + field.offset)
        case _:
            yield place, None
