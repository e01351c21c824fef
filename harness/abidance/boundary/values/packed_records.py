"""Records that memory is full of, one behind the other, each of which says how far it goes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.types import PointerShape
from abidance.boundary.values.memory import flexible_length, pack, shallow, tail_of, unpack
from abidance.contract.expression import EvaluationError, spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from abidance.boundary.model.types import PackedRecords, Shape
    from abidance.boundary.model.values import Value
    from abidance.boundary.values.memory import Records


@dataclass(frozen=True, slots=True)
class BrokenRun:
    """A record that does not end where one can: what is there, and what there should be, in words."""

    path: str
    shown: str
    wanted: str


def spans(
    records: PackedRecords, raw: bytes, path: str = ""
) -> tuple[tuple[tuple[int, int], ...], BrokenRun | None]:
    """Return where each record begins and ends, and the first that does not end where one can."""
    tail, head = tail_of(records.of), records.of
    fixed = head.size
    if tail is not None:
        fixed, head = tail[0], replace(head, members=head.members[:-1])
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(raw):
        where, left = f"{path}[{len(found)}]", len(raw) - at
        if left < fixed:
            return (*found,), BrokenRun(where, _bytes(left), f"a record, which has at least {fixed}")
        fields = unpack(head, raw[at:], "", shallow)
        assert isinstance(fields, dict)
        least = fixed if tail is None else fixed + flexible_length(tail[1], fields) * tail[1].unit
        size = least if records.size is None else _size(records, fields)
        if size is None:
            return (*found,), BrokenRun(where, "a record of no size", "one that tells how far it goes")
        least = max(least, fixed)
        if not least <= size <= left:
            wanted = f"one of at least {least}" if size < least else f"one of at most {left}, which are left"
            return (*found,), BrokenRun(where, f"a record of {_bytes(size)}", wanted)
        found.append((at, at + size))
        at += -(-size // records.align) * records.align
    return (*found,), None


def unpack_records(records: PackedRecords, raw: bytes, path: str) -> tuple[list[Value], BrokenRun | None]:
    """Return the records that memory is full of, and the first that does not end where one can."""
    found, broken = spans(records, raw, path)
    return [
        unpack(records.of, raw[start:end], f"{path}[{n}]", shallow) for n, (start, end) in enumerate(found)
    ], broken


def pack_records(records: PackedRecords, values: Iterable[Mapping[str, Value]]) -> bytes:
    """Return memory that is full of records, one behind the other; what lies between their parts is zero.

    Each is as long as its fields say, or as it must be for its flexible array member where they say less.
    """
    return joined(records, (pack_one(records, value) for value in values))


def joined(records: PackedRecords, parts: Iterable[bytes]) -> bytes:
    """Return the memory of some records, one behind the other."""
    raw = bytearray()
    for part in parts:
        raw += bytes(-len(raw) % records.align)
        raw += part
    return bytes(raw)


def padded(records: PackedRecords, raw: bytes) -> bytes:
    """Return memory up to where the next record begins."""
    return raw + bytes(-len(raw) % records.align)


def pack_one(records: PackedRecords, value: Mapping[str, Value]) -> bytes:
    """Return one of such records."""
    tail = tail_of(records.of)
    raw = bytearray(records.of.size if tail is None else tail[0])
    pack(records.of, dict(value), raw, 0, "", _leave)
    size = None if records.size is None else _size(records, value)
    return bytes(raw.ljust(size or 0, b"\0"))


def held(shape: Shape, value: object) -> int | None:
    """Return how many elements, or records, memory has by its value, as its length counts them; None of no memory."""
    if not isinstance(value, bytes | list):
        return None
    if isinstance(value, list) or not isinstance(shape, PointerShape) or shape.records is None:
        return len(value)
    return len(value) // shape.unit if shape.records.count is None else len(spans(shape.records, value)[0])


def _leave(_shape: Shape, _value: Value, _at: int, _path: str, _around: Records) -> None:
    """Leave nothing to others: such records have no pointers."""


def _size(records: PackedRecords, fields: Mapping[str, object]) -> int | None:
    assert records.size is not None
    try:
        size = records.size.evaluate({spelling(name): value for name, value in fields.items()})
    except EvaluationError:
        return None
    return size * records.unit if isinstance(size, int) else None


def _bytes(count: int) -> str:
    return f"{count} byte{'' if abs(count) == 1 else 's'}"
