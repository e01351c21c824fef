"""What is read behind the pointer that a call returns, and how long it must be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.shapes import Pointer, What
from abidance.contract.expression import declared
from abidance.plan import plan as p

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.boundary.drafts import Draft
    from abidance.boundary.model import Function

LONGEST = 1 << 24
"""More than this is never read behind a pointer that comes back, in bytes."""


def followed(function: Function, draft: Draft, size_of: Callable[[int], int]) -> tuple[p.Follow, ...]:
    """Return what is read behind a pointer that comes back; `size_of` gives the bytes of a number in a block."""
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
    told = draft.places.get(declared(shape.length.text.strip()))
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
