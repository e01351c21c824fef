"""Fields that are pointers of which a tag tells what they lead to, as unions: a pointer for each thing it may be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.types import ArrayShape, PointerShape, RecordShape, TaggedPointerShape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member, Shape

_MARK = "?"


def with_pointers_apart(function: BoundaryFunction) -> BoundaryFunction:
    """Return a function with such fields of what it is given, in records and arrays of them."""
    members = tuple(replace(each, shape=_apart(each.shape)) for each in function.members)
    return function if members == function.members else replace(function, members=members)


def _apart(shape: Shape) -> Shape:
    match shape:
        case PointerShape() if shape.direction.read:
            element = _apart(shape.element)
            return shape if element is shape.element else replace(shape, element=element)
        case ArrayShape():
            of = _apart(shape.of)
            return shape if of is shape.of else replace(shape, of=of)
        case RecordShape():
            members = tuple(each for member in shape.members for each in _each(member))
            if members == shape.members:
                return shape
            variants = tuple(replace(each, pointer="") for each in shape.variants)
            return replace(shape, members=members, variants=variants)
    return shape


def _each(member: Member) -> Iterator[Member]:
    """Yield a field, one for each pointer that it may be."""
    if not isinstance(member.shape, TaggedPointerShape):
        yield replace(member, shape=_apart(member.shape))
        return
    for which, shape in enumerate(member.shape.each):
        within = (*member.within, (f"*{member.name}", which))
        yield replace(member, name=f"{member.name}{_MARK}{which}", shape=_apart(shape), within=within)


def name_of(name: str) -> str:
    """Return what a field is called, whatever it leads to."""
    return name.partition(_MARK)[0]


def is_apart(name: str) -> bool:
    """Tell whether a field is one of several pointers that it may be."""
    return _MARK in name
