"""What is read behind the pointers that a call leaves, in its result and in records, and how long it must be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import Pointer, Record, Scalar, What
from abidance.plan import plan as p

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abidance.boundary.encode.call_state import Draft
    from abidance.boundary.model.boundary import Function
    from abidance.boundary.model.types import Member, Shape

LONGEST = 1 << 24
"""More than this is never read behind a pointer that comes back, in bytes."""


def followed(
    function: Function, draft: Draft, size_of: Callable[[int], int]
) -> tuple[tuple[str, p.Follow], ...]:
    """Return what is read behind pointers that come back, each with its path, that of the result first.

    `size_of` gives the bytes of a number in a block.
    """
    found = [("result", follow) for follow in _of_result(function, draft, size_of)]
    for member in function.members:
        block = draft.places.get(member.name)
        if block is None or block not in draft.watched:
            continue
        for path, offset, field, beside in left_in(member):
            follow = follow_field(field, block, offset, beside)
            # What the caller has lent is looked at where it lies.
            if follow is not None and path not in draft.places:
                found.append((path, follow))
    return tuple(found)


def left_in(member: Member) -> Iterator[tuple[str, int, Pointer, dict[str, tuple[int, Shape]]]]:
    """Yield the pointers that a call may leave in the record which a parameter points at.

    Each with its path, its offset, its shape, and the offsets and shapes of the fields beside it.
    """
    shape = member.shape
    if isinstance(shape, Pointer) and shape.direction.written and shape.what is What.ONE:
        yield from _pointers(shape.element, member.name, 0)


def _pointers(
    shape: Shape, path: str, at: int
) -> Iterator[tuple[str, int, Pointer, dict[str, tuple[int, Shape]]]]:
    if not isinstance(shape, Record):
        return
    beside = {m.name: (at + m.offset, m.shape) for m in shape.members if not m.bits}
    for member in shape.members:
        if member.within or member.bits:
            continue  # which alternative of a union was written is not known
        inner = f"{path}.{member.name}"
        if isinstance(member.shape, Pointer):
            yield inner, at + member.offset, member.shape, beside
        yield from _pointers(member.shape, inner, at + member.offset)


def follow_field(
    shape: Pointer, block: int, offset: int, beside: dict[str, tuple[int, Shape]]
) -> p.Follow | None:
    """Return what is read behind a field of a record, None where its length is told by more than another field."""
    place = p.Place(block, offset)
    if shape.what is What.STRING:
        return p.Follow(place, string=True, limit=LONGEST)
    if shape.what is What.ONE:
        return p.Follow(place, limit=shape.element.size)
    if shape.length is None or shape.capacity is not None:
        return None
    size = 1 if shape.what is What.BYTES else shape.element.size
    at, number = beside.get(shape.length_name, (0, None))
    if isinstance(number, Scalar) and number.kind == "int" and number.size <= 8 and not number.width:
        return p.Follow(place, length=p.Place(block, at, number.size), scale=size, limit=LONGEST)
    known = None if shape.length.names else shape.length.evaluate({})
    return p.Follow(place, limit=known * size) if isinstance(known, int) and 0 <= known <= LONGEST else None


def _of_result(function: Function, draft: Draft, size_of: Callable[[int], int]) -> tuple[p.Follow, ...]:
    shape = function.result.shape
    if not isinstance(shape, Pointer):
        return ()
    if shape.what is What.STRING:
        return (p.Follow(p.Place(), string=True, limit=LONGEST),)
    if shape.what is What.ONE:
        return (p.Follow(p.Place(), limit=shape.element.size),)
    if shape.length is None:
        return ()
    size = 1 if shape.what is What.BYTES else shape.element.size
    told = draft.places.get(shape.length_name)
    if told is not None:
        length = p.Place(told, 0, size_of(told))
        return (p.Follow(p.Place(), length=length, scale=size, limit=LONGEST),)
    known = shape.length.evaluate(draft.scope) if shape.length.names <= draft.scope.keys() else None
    if isinstance(known, int) and 0 <= known <= LONGEST:
        return (p.Follow(p.Place(), limit=known * size),)
    return ()


def lasting(function: Function) -> str:
    """Return what the memory that a result points at lasts as long as: a handle's name, or ``static``."""
    shape = function.result.shape
    lifetime = shape.lifetime if isinstance(shape, Pointer) else ""
    return "" if lifetime == "call" else lifetime
