"""Which elements, as values, would end the array that they are in."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from abidance.boundary.model.types import AddressShape, RecordShape, ScalarShape
from abidance.boundary.values.memory import ValueTooWideError, pack_scalar

if TYPE_CHECKING:
    from abidance.boundary.model.types import Member, PointerShape


def ending_field(shape: PointerShape) -> Member | None:
    """Return the field of records whose value ends an array of them, None where the whole element does."""
    end, element = shape.ended_by, shape.element
    if end is None or not isinstance(element, RecordShape):
        return None
    numbers = ScalarShape | AddressShape
    here = (m for m in element.members if m.offset == end.offset and isinstance(m.shape, numbers))
    return next(m for m in here if not m.bits and not m.within)


def is_end(shape: PointerShape, element: object) -> bool:
    """Tell whether an element would end the array; a field that it has no value for is zero."""
    if shape.ended_by is None:
        return False
    field, of, value = ending_field(shape), shape.element, element
    if field is not None:
        if not isinstance(element, dict):
            return False
        of = field.shape
        value = element.get(field.name, None if isinstance(of, AddressShape) else 0)
    if isinstance(of, AddressShape):
        return value is None
    if not isinstance(of, ScalarShape) or not isinstance(value, int | float | Fraction):
        return False
    try:
        return pack_scalar(of, value) == shape.ended_by.value
    except ValueTooWideError:
        return False
