"""Writes down records that a strategy of the project makes: one of some rows, drawn beforehand, is passed as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from abidance.boundary.model.types import PointerShape, RecordShape, ScalarShape
from abidance.native.target.input_format import DrawnContents, Length, RowByte, RowNull, RowNumber
from abidance.native.target.memory_steps import bytes_of, is_plain, refuse_ownership, unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from abidance.boundary.model.types import Member
    from abidance.native.target.frame_steps import FrameSteps
    from abidance.native.target.input_format import Path

Row: TypeAlias = "Mapping[str, object]"


def plan_rows(record: RecordShape, path: Path, rows: Sequence[Row], sink: FrameSteps) -> None:
    """Add what says which row a record is, and its fields."""
    sink.first.append(RowByte(path, tuple(rows)))
    _plan_fields(record, path, rows, path, sink)


def _plan_fields(record: RecordShape, path: Path, rows: Sequence[Row], row: Path, sink: FrameSteps) -> None:
    for member in record.members:
        inner, shape = (*path, member.name), member.shape
        column = [each.get(member.name) for each in rows]
        if isinstance(shape, ScalarShape):
            numbers = tuple(each if isinstance(each, int | float) else 0 for each in column)
            sink.first.append(RowNumber(inner, row, shape, numbers))
        elif isinstance(shape, RecordShape):
            below = [each if isinstance(each, dict) else {} for each in column]
            _plan_fields(shape, inner, below, row, sink)
        elif isinstance(shape, PointerShape):
            refuse_ownership(shape)
            if any(each is None for each in column):
                sink.first.append(RowNull(inner, row, tuple(each is None for each in column)))
            texts = tuple(bytes_of(shape, each) or b"" for each in column)
            sink.contents.append(DrawnContents(inner, shape, unit(shape), Length(), only=texts, row=row))


def has_rows(record: RecordShape) -> bool:
    """Tell whether each field of a record is a number, plain memory that is passed, or a record of such."""
    return not record.variants and all(_is_of_rows(each) for each in record.members)


def _is_of_rows(member: Member) -> bool:
    match member.shape:
        case ScalarShape(size=size):
            return not member.within and size <= 8
        case RecordShape() as inner:
            return not member.within and has_rows(inner)
        case PointerShape() as shape:
            passed = shape.direction.read and shape.capacity is None and not (shape.tail or shape.window)
            return passed and not member.within and is_plain(shape) and not shape.ended_by
    return False


def bytes_in(record: RecordShape, row: Row) -> int:
    """Return how many bytes the memory of a row has."""
    return sum(_sizes(record.members, row))


def _sizes(members: Iterable[Member], row: Row) -> Iterable[int]:
    for member in members:
        value = row.get(member.name)
        if isinstance(member.shape, RecordShape) and isinstance(value, dict):
            yield from _sizes(member.shape.members, value)
        elif isinstance(member.shape, PointerShape):
            yield len(bytes_of(member.shape, value) or b"")
