"""Which callbacks of a failing call may be NULL instead: Hypothesis gives up no callback, as it holds none for less."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.traversal import pointee
from abidance.boundary.model.types import ArrayShape, PointerShape, RecordShape
from abidance.boundary.model.values import Script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.types import Member, Shape
    from abidance.boundary.model.values import Value, Values

Place = tuple[str | int, ...]
"""Where a callback stands in the arguments: names of parameters and fields, and indexes."""


def may_be_null(members: tuple[Member, ...], arguments: Values) -> tuple[Place, ...]:
    """Return where callbacks are given that the contract lets be NULL, whatever else the call is given."""
    shapes = {member.name: member.shape for member in members}
    return tuple(
        place
        for name, value in arguments.items()
        if name in shapes
        for place in _inside(shapes[name], value, (name,))
    )


def fewer(places: tuple[Place, ...]) -> Iterator[tuple[Place, ...]]:
    """Yield which callbacks to make NULL: all of them, then each by itself."""
    yield places
    if len(places) > 1:
        yield from ((place,) for place in places)


def with_null(value: Value, place: Place) -> Any:
    """Return a copy of a value with NULL at a place in it."""
    if not place:
        return None
    first, *rest = place
    if isinstance(value, dict) and isinstance(first, str):
        return {**value, first: with_null(value.get(first), tuple(rest))}
    if isinstance(value, list) and isinstance(first, int):
        return [*value[:first], with_null(value[first], tuple(rest)), *value[first + 1 :]]
    return value


def _inside(shape: Shape, value: Value, place: Place) -> Iterator[Place]:
    match shape, value:
        case CallbackShape(nullable=True), Script():
            yield place
        case RecordShape(members=members), dict():
            shapes = {member.name: member.shape for member in members}
            for name, each in value.items():
                if name in shapes:
                    yield from _inside(shapes[name], each, (*place, name))
        case PointerShape(element=element) | ArrayShape(of=element), list():
            for n, each in enumerate(value):
                yield from _inside(element, each, (*place, n))
        case PointerShape(), dict():
            yield from _inside(pointee(shape), value, place)
