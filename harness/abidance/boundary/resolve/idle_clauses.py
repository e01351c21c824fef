"""Clauses at a place of which they can say nothing: what they promise would be generated and judged nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import record_of, walk
from abidance.boundary.model.types import (
    AddressShape,
    ArrayShape,
    HandleShape,
    NumberHandle,
    PointerShape,
    RecordHandle,
    ScalarShape,
    What,
)
from abidance.boundary.values.memory import is_byte

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.types import Shape
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.model.places import Element, Place
    from abidance.core.span import Span

LIMITS = ("range", "one_of", "flags")
_CONTENTS = ("max", "encoding")
_OTHER_POINTERS = ("opaque", "end_of", "callback")


def check_idle(
    what: str, place: Place | Element | None, shape: Shape, text: str, declared: Span, problems: Problems
) -> None:
    """Complain about clauses at a place that are about something else; `what` it is in words, and `text` its C type."""
    if place is None:
        return
    for clause in filter(place.says, LIMITS):
        numbers = [each for each in walk(shape) if isinstance(each, ScalarShape) and each.span == place.span]
        if not numbers:
            remedy = (
                "say it of its fields, under `types`"
                if record_of(shape) is not None
                else _as_form(clause, shape)
            )
            message = f"`{clause}` is about numbers, and {what} is a `{text}`"
            problems.contradiction(message, place.key_span(clause), declared, remedy=remedy)
        elif isinstance(shape, ArrayShape) and all(map(is_byte, numbers)):
            message = f"`{clause}` is about numbers, and a `{text}` is passed as bytes"
            remedy = "say which it may hold by `generate`, and what is promised of them in a condition"
            problems.contradiction(message, place.key_span(clause), declared, remedy=remedy)
    if place.says("nullable") and not isinstance(shape, AddressShape | HandleShape):
        problems.contradiction(
            f"{what} is not a pointer: it is a `{text}`", place.key_span("nullable"), declared
        )
    for clause in filter(place.says, _CONTENTS if isinstance(shape, ScalarShape) else ()):
        message = f"`{clause}` is about contents, and {what} is a number, `{text}`"
        problems.contradiction(message, place.key_span(clause), declared)
    if not isinstance(shape, HandleShape):
        return
    for clause in filter(place.says, _OTHER_POINTERS):
        message = f"`{clause}` says that {what} is something else than a `{shape.handle}`, which it is"
        problems.contradiction(message, place.key_span(clause), declared)


def _as_form(clause: str, shape: Shape) -> str | None:
    """Return how texts are listed, which are none of the numbers that a clause is about."""
    is_text = isinstance(shape, PointerShape) and shape.what is What.STRING
    return "its form is `like: 'one|other'`" if is_text and clause == "one_of" else None


def check_unwritten(function: BoundaryFunction, lives: Mapping[str, HandleLife], problems: Problems) -> None:
    """Complain about parameters that a failed call is to leave alone, or may write, where no call writes anything."""
    for member in function.members:
        param = function.promise.params.get(member.name) if function.promise is not None else None
        said = param.on_failure if param is not None else None
        if param is None or said in (None, "taken") or _may_be_written(member.shape, lives):
            continue
        what = "memory that the call only reads" if isinstance(member.shape, PointerShape) else "a number"
        remedy = None
        if isinstance(member.shape, HandleShape):
            what = "a handle that the caller does not allocate"
            remedy = "say under `ensures` what other functions tell of it then"
        message = f"`on_failure: {said}` is about what a call writes, and `{member.name}` is {what}"
        problems.contradiction(message, param.key_span("on_failure"), member.declared, remedy=remedy)


def _may_be_written(shape: Shape, lives: Mapping[str, HandleLife]) -> bool:
    match shape:
        case PointerShape():
            return shape.direction.written
        case RecordHandle():
            return True
        case NumberHandle():
            return shape.level > 1 or shape.made
        case HandleShape():
            in_callers_memory = shape.handle in lives and lives[shape.handle].record is not None
            return shape.level > 1 or shape.made or shape.replaced or in_callers_memory
    return not isinstance(shape, ScalarShape)
