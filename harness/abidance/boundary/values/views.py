"""Views: pointers in records and arrays that a call leaves, and that lead into memory which its caller has given it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.types import (
    RESULT_NAME,
    Direction,
    HandleShape,
    PointerShape,
    RecordShape,
    What,
    WithinShape,
)
from abidance.boundary.values.inner_pointers import PlacedPointer, inner_path, pointers_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.types import Shape

VIEWS = "{}"
"""Ends the path of what is looked at to tell where the pointers lead that are views."""


@dataclass(frozen=True, slots=True)
class Views:
    """Those in a record, in each of an array, of so many bytes, or an array of them: of a parameter, or the result."""

    parameter: str
    whose: str
    stride: int
    array: bool
    pointers: tuple[PlacedPointer, ...]
    """Their paths begin behind that of the record."""

    @property
    def key(self) -> str:
        """Return the path of what is looked at for all of them."""
        return f"{self.parameter}{VIEWS}"

    def place(self, pointer: PlacedPointer) -> WithinShape:
        """Return what is promised of one."""
        return WithinShape(self.whose, pointer.shape.unit, pointer.shape.span)


def views(function: BoundaryFunction, handles: Mapping[str, HandleLife]) -> Iterator[Views]:
    """Yield the views that a call leaves, those of its result first."""
    promise = function.promise
    if promise is None:
        return
    shape = function.result.shape
    if promise.returns is not None and promise.returns.within is not None and isinstance(shape, RecordShape):
        yield Views(RESULT_NAME, promise.returns.within.text, shape.size, False, views_in(shape))
    for member in function.members:
        said = promise.params.get(member.name)
        if said is not None and said.within is not None:
            record, pointers = _record_left(member.shape, handles), pointers_left(member.shape)
            if record is not None:
                array = isinstance(member.shape, PointerShape) and member.shape.what is What.ARRAY
                yield Views(member.name, said.within.text, record.size, array, views_in(record))
            elif pointers is not None:
                each = PlacedPointer("", 0, pointers, {})
                yield Views(member.name, said.within.text, pointers.size, True, (each,))


def pointers_left(shape: Shape) -> PointerShape | None:
    """Return what each pointer of an array leads to that a call fills, where nobody frees that; None for no array."""
    if (
        not isinstance(shape, PointerShape)
        or shape.what is not What.ARRAY
        or shape.direction is not Direction.OUT
    ):
        return None
    element = shape.element
    return (
        element
        if isinstance(element, PointerShape) and element.what is not What.ONE and not element.free
        else None
    )


def _record_left(shape: Shape, handles: Mapping[str, HandleLife]) -> RecordShape | None:
    """Return the record that a parameter leaves, whose pointers may be views; None where it leaves none."""
    if isinstance(shape, HandleShape):
        return handles[shape.handle].record if shape.made and shape.level == 1 else None
    if isinstance(shape, PointerShape) and shape.direction.written and not inner_path(shape):
        return shape.element if isinstance(shape.element, RecordShape) else None
    return None


def views_in(record: RecordShape) -> tuple[PlacedPointer, ...]:
    """Return the pointers in a record that may be views: those to memory of some length, which nobody frees."""
    found = tuple(pointers_in(record))
    return tuple([each for each in found if each.shape.what is not What.ONE and not each.shape.free])
