"""Ranges in records as C: a variable for where each begins, so that its end can be told from that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import beside
from abidance.boundary.model.types import ArrayShape, PointerShape, RecordShape
from abidance.boundary.model.values import ROOM
from abidance.boundary.model.variants import living_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.types import Shape


@dataclass(frozen=True, slots=True)
class RangeGiven:
    """Memory that a record leads to by its beginning, at `path`, and by its `end`."""

    path: str
    end: str
    shape: PointerShape
    value: object


def ranges_given(shape: Shape, value: object, path: str) -> Iterator[RangeGiven]:
    """Yield the ranges in what a call is given, but for those that are NULL."""
    match shape:
        case RecordShape() if isinstance(value, dict):
            for member in living_of(shape, value).members:
                if member.name in value:
                    yield from ranges_given(member.shape, value[member.name], f"{path}.{member.name}")
        case PointerShape(element=element) if isinstance(value, dict):
            yield from ranges_given(element, value, path)
        case PointerShape(element=of) | ArrayShape(of=of) if isinstance(value, list) and not _ended(shape):
            for n, item in enumerate(value):
                yield from ranges_given(of, item, f"{path}[{n}]")
        case PointerShape(end=end) if end and (isinstance(value, bytes | list) or value is ROOM):
            yield RangeGiven(path, beside(path, end), shape, value)


def _ended(shape: Shape) -> bool:
    return isinstance(shape, PointerShape) and bool(shape.end)
