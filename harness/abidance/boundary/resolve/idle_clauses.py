"""Clauses at a place of which they can say nothing: what they promise would be generated and judged nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import record_of, walk
from abidance.boundary.model.types import AddressShape, ArrayShape, HandleShape, ScalarShape
from abidance.boundary.values.memory import is_byte

if TYPE_CHECKING:
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
            remedy = "say it of its fields, under `types`" if record_of(shape) is not None else None
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
