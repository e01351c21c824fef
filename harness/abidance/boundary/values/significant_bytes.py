"""Which bytes of a value mean something: all but padding, and what its names keep in reserve."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.types import (
    AddressShape,
    ArrayShape,
    NothingShape,
    NumberHandle,
    RecordShape,
    ScalarShape,
)
from abidance.boundary.values.memory import living_in, shallow, tail_of, unpack
from abidance.boundary.values.packed_records import spans
from abidance.contract.expression import spelling
from abidance.core import masks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.status_place import StatusPlace
    from abidance.boundary.model.types import PackedRecords, Shape


@dataclass(frozen=True, slots=True)
class Range:
    """A path below the value, and the bytes from the first to the one past the last.

    `text` is true of an array of plain ``char``: what follows its NUL means nothing (`strcpy` leaves it).
    """

    path: str
    start: int
    end: int
    text: bool = False

    def ends(self, one: bytes, other: bytes) -> int:
        """Return where the meaning ends in two runs of one call; a byte that only one of them has is no NUL."""
        if self.text:
            here = slice(self.start, self.end)
            at = masks.first(masks.both(masks.equal_to(one[here], 0), masks.equal_to(other[here], 0)))
            if at is not None:
                return self.start + at + 1
        return self.end


def status_range(status: StatusPlace) -> Range | None:
    """Return the bytes that tell whether a call has succeeded, behind a parameter; None of a pointer."""
    if status.number is None:
        return None
    inner = status.path.removeprefix(spelling(status.parameter or ""))
    return Range(inner, status.offset, status.offset + status.width)


_RESERVED = re.compile(r"^_|reserved|padding|unused|^(pad|spare|rsvd)\d*$", re.IGNORECASE)
MOST = 4096
"""So many elements of an array are distinguished; what follows is one range."""


def meaningful(
    shape: Shape, *, pointers: bool, at: int = 0, path: str = "", raw: bytes | None = None
) -> Iterator[Range]:
    """Yield the ranges of bytes that mean something, in order; without `pointers`, no addresses and no handles.

    Left out are the alternatives of a union, of which nobody knows which one was written, bit-fields, which
    share their bytes with others, and fields whose names say that nothing is in them. With `raw`, the memory that `at`
    is in, tags tell which alternatives there are.
    """
    match shape:
        case ScalarShape():
            yield Range(path, at, at + shape.size)
        case AddressShape() | NumberHandle():
            if pointers and shape.size:
                yield Range(path, at, at + shape.size)
        case RecordShape():
            there = shape if raw is None else living_in(shape, raw[at : at + shape.size])
            for member in there.members:
                if not (member.bits or member.within or _RESERVED.search(member.name)):
                    inner = f"{path}.{member.name}"
                    yield from meaningful(
                        member.shape, pointers=pointers, at=at + member.offset, path=inner, raw=raw
                    )
        case ArrayShape(of=ScalarShape(char=True), count=count):
            yield Range(path, at, at + count, text=True)
        case ArrayShape(of=of, count=count):
            yield from elements(of, count, pointers=pointers, at=at, path=path, raw=raw)
        case NothingShape():
            return


def packed(records: PackedRecords, count: int, raw: bytes, *, pointers: bool) -> Iterator[Range]:
    """Yield the ranges of `count` records that memory is full of; what lies between them means nothing."""
    tail = tail_of(records.of)
    for n, (start, end) in enumerate(spans(records, raw)[0][:count]):
        path = f"[{n}]"
        yield from meaningful(records.of, pointers=pointers, at=start, path=path, raw=raw)
        if tail is None:
            continue
        member, begins = records.of.members[-1], start + tail[0]
        fields = unpack(records.of, raw[start:end], "", shallow)
        assert isinstance(fields, dict)
        there = fields[member.name]
        size = len(there) if isinstance(there, bytes | list) else 0
        inner, of = f"{path}.{member.name}", tail[1].element
        if isinstance(of, ScalarShape) and of.char:
            yield Range(inner, begins, begins + size, text=True)
        else:
            yield from elements(of, size, pointers=pointers, at=begins, path=inner, raw=raw)


def elements(
    of: Shape, count: int, *, pointers: bool, at: int = 0, path: str = "", raw: bytes | None = None
) -> Iterator[Range]:
    """Yield the ranges of `count` values side by side."""
    if isinstance(of, ScalarShape) and (of.size == 1 or count > MOST):
        if count:
            yield Range(path, at, at + count * of.size)
        return
    for n in range(min(count, MOST)):
        yield from meaningful(of, pointers=pointers, at=at + n * of.size, path=f"{path}[{n}]", raw=raw)
