"""What is read behind the pointers that a call leaves, in its result and in records, and how long it must be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import PointerShape, RecordShape, ScalarShape, What
from abidance.boundary.model.variants import possible
from abidance.plan import plan as p

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abidance.boundary.encode.call_state import CallBuilder
    from abidance.boundary.model.boundary import BoundaryFunction
    from abidance.boundary.model.types import Member, Shape

LONGEST = 1 << 24
"""More than this is never read behind a pointer that comes back, in bytes."""


def followed(
    function: BoundaryFunction, builder: CallBuilder, size_of: Callable[[int], int]
) -> tuple[tuple[str, p.PointerRead], ...]:
    """Return what is read behind pointers that come back, each with its path, that of the result first.

    `size_of` gives the bytes of a number in a block.
    """
    found = [("result", follow) for follow in _of_result(function, builder, size_of)]
    for member in function.members:
        block = builder.places.get(member.name)
        if block is None or block not in builder.watched:
            continue
        for path, offset, field, beside in left_in(member):
            follow = follow_field(field, block, offset, beside)
            # What the caller has lent is looked at where it lies.
            if follow is not None and path not in builder.places:
                found.append((path, follow))
    return tuple(found)


def left_in(member: Member) -> Iterator[tuple[str, int, PointerShape, dict[str, tuple[int, Shape]]]]:
    """Yield the pointers that a call may leave in the record which a parameter points at.

    Each with its path, its offset, its shape, and the offsets and shapes of the fields beside it.
    """
    shape = member.shape
    if isinstance(shape, PointerShape) and shape.direction.written and shape.what is What.ONE:
        yield from _pointers(shape.element, member.name, 0)


def _pointers(
    shape: Shape, path: str, at: int
) -> Iterator[tuple[str, int, PointerShape, dict[str, tuple[int, Shape]]]]:
    if not isinstance(shape, RecordShape):
        return
    members = possible(shape)
    beside = {m.name: (at + m.offset, m.shape) for m in members if not m.bits}
    for member in members:
        if member.within or member.bits:
            continue  # which alternative of a union was written is not known, and no tag will tell
        inner = f"{path}.{member.name}"
        if isinstance(member.shape, PointerShape):
            yield inner, at + member.offset, member.shape, beside
        yield from _pointers(member.shape, inner, at + member.offset)


def follow_field(
    shape: PointerShape, block: int, offset: int, beside: dict[str, tuple[int, Shape]]
) -> p.PointerRead | None:
    """Return what is read behind a field of a record, None where its length is told by more than another field."""
    place = p.ValuePlace(block, offset)
    if shape.what is What.STRING:
        return p.PointerRead(place, string=True, limit=LONGEST)
    if shape.what is What.ONE:
        return p.PointerRead(place, limit=shape.element.size)
    if shape.length is None or shape.capacity is not None:
        return None
    size = 1 if shape.what is What.BYTES else shape.element.size
    at, number = beside.get(shape.length_name, (0, None))
    if isinstance(number, ScalarShape) and number.kind == "int" and number.size <= 8 and not number.width:
        return p.PointerRead(place, length=p.ValuePlace(block, at, number.size), scale=size, limit=LONGEST)
    known = None if shape.length.names else shape.length.evaluate({})
    return (
        p.PointerRead(place, limit=known * size) if isinstance(known, int) and 0 <= known <= LONGEST else None
    )


def _of_result(
    function: BoundaryFunction, builder: CallBuilder, size_of: Callable[[int], int]
) -> tuple[p.PointerRead, ...]:
    shape = function.result.shape
    if not isinstance(shape, PointerShape):
        return ()
    if shape.what is What.STRING:
        return (p.PointerRead(p.ValuePlace(), string=True, limit=LONGEST),)
    if shape.what is What.ONE:
        return (p.PointerRead(p.ValuePlace(), limit=shape.element.size),)
    if shape.length is None:
        return ()
    size = 1 if shape.what is What.BYTES else shape.element.size
    told = builder.places.get(shape.length_name)
    if told is not None:
        length = p.ValuePlace(told, 0, size_of(told))
        return (p.PointerRead(p.ValuePlace(), length=length, scale=size, limit=LONGEST),)
    known = shape.length.evaluate(builder.scope) if shape.length.names <= builder.scope.keys() else None
    if isinstance(known, int) and 0 <= known <= LONGEST:
        return (p.PointerRead(p.ValuePlace(), limit=known * size),)
    return ()


def lasting(function: BoundaryFunction) -> str:
    """Return what the memory that a result points at lasts as long as: a handle's name, or ``static``."""
    shape = function.result.shape
    lifetime = shape.lifetime if isinstance(shape, PointerShape) else ""
    return "" if lifetime == "call" else lifetime


def lasting_until(function: BoundaryFunction) -> tuple[str, ...]:
    """Return the calls that end that before the handle is destroyed."""
    shape = function.result.shape
    return shape.until if isinstance(shape, PointerShape) else ()
