"""What a place says of the fields of a record, in place of what the record's type says: `inout: T, fields: {...}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.traversal import element_of, record_of
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.model.places import Place
    from abidance.core.span import Span

_OF_HANDLES = ("read_only", "secret")
"""What is said of fields of handles that the caller allocates, which all of their uses share."""


def check_fields_here(function: BoundaryFunction, shaper: Shaper) -> None:
    """Complain about fields that the places of a function speak of, and that are not there."""
    if (promise := function.promise) is None:
        return
    for member in function.members:
        param = promise.params.get(member.name)
        if param is not None:
            check_fields_at(param, member.shape, member.declared or function.declaration.span, shaper)
    if promise.returns is not None:
        check_fields_at(promise.returns, function.result.shape, function.declaration.span, shaper)


def check_fields_at(place: Place, shape: s.Shape, declared: Span, shaper: Shaper) -> None:
    """Complain about fields that a place speaks of where it is no record, or none with such fields."""
    if not place.fields:
        return
    record = _record(shape)
    if record is None:
        message = "`fields` are those of a record, and this is none"
        shaper.problems.contradiction(message, place.key_span("fields"), declared)
        return
    shaper.check_fields(record.spelling, place.fields, record.members)
    for field in place.fields.values():
        for clause in filter(field.says, _OF_HANDLES):
            message = f"`{clause}` is said of a field of a handle's type, and of none at a place that has such a record"
            shaper.problems.add(Diagnostic(WRONG_VALUE, message, (Label(field.key_span(clause)),)))


def _record(shape: s.Shape) -> s.RecordShape | None:
    """Return the record that a shape is, points at, or points at several of."""
    if isinstance(shape, s.HandleShape):
        return None
    while (element := element_of(shape)) is not None:
        shape = element
    return record_of(shape)
