"""Pointers of which a tag tells what they lead to, as unions: a pointer for each thing it may be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.types import ArrayShape, PointerShape, RecordShape, TaggedPointerShape
from abidance.native.expressions.values import CNullable, CTagged, CUnavailable
from abidance.native.target.c_text import at_offset
from abidance.native.target.variants import pointer_told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member, Shape
    from abidance.native.expressions.values import CValue
    from abidance.native.target.variants import TaggedUnionPlace

_MARK = "?"


def with_pointers_apart(function: BoundaryFunction) -> BoundaryFunction:
    """Return a function with such fields of what it is given, in records and arrays of them, and such parameters."""
    members = tuple(replace(each, shape=_parameter(each)) for each in function.members)
    if members == function.members:
        return function
    alone = {each.name for each in members if is_alone(each.shape)}
    variants = tuple(
        (name, replace(each, union=_MARK, pointer="") if name in alone else each)
        for name, each in function.variants
    )
    return replace(function, members=members, variants=variants)


def _parameter(member: Member) -> Shape:
    """Return a parameter that is read as a record of the pointers that it may be; any other with its fields apart."""
    shape = member.shape
    if not isinstance(shape, TaggedPointerShape) or not all(map(_is_read, shape.each)):
        return _apart(shape)
    pointers = tuple(
        replace(each, name=f"{_MARK}{which}", shape=_apart(each.shape), offset=0, within=((_MARK, which),))
        for which, each in enumerate(pointers_apart(member))
    )
    return RecordShape(_MARK, shape.size, shape.align, pointers)


def _is_read(shape: Shape) -> bool:
    return isinstance(shape, PointerShape)


def is_alone(shape: Shape) -> bool:
    """Tell whether what looks like a record is a parameter: one of the pointers that it may be."""
    return isinstance(shape, RecordShape) and shape.spelling == _MARK


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
    yield from (replace(each, shape=_apart(each.shape)) for each in pointers_apart(member))


def pointers_apart(member: Member) -> Iterator[Member]:
    """Yield a field, or a parameter, once for each thing that a tag may say it leads to."""
    assert isinstance(member.shape, TaggedPointerShape)
    for which, shape in enumerate(member.shape.each):
        within = (*member.within, (f"*{member.name}", which))
        yield replace(member, name=f"{member.name}{_MARK}{which}", shape=shape, within=within)


def led_to(
    member: Member,
    shape: RecordShape,
    at: str,
    told: tuple[TaggedUnionPlace, ...],
    look: Callable[[Member], CValue],
    other: CValue | None = None,
) -> CValue:
    """Return what expressions see behind such a field of a record, or behind one of several that it is, and `other`.

    `look` returns what is behind one. Where a pointer is NULL, it is that whatever the tag tells.
    """
    if isinstance(member.shape, TaggedPointerShape):
        pointer = pointer_told(shape, member.name, at)
        unions = [] if pointer is None else [pointer]
        each = [(m, m.within[-1][1]) for m in pointers_apart(member)]
    else:
        unions = [e for e in told if not e.path and e.variant.union in dict(member.within)]
        each = [(member, dict(member.within)[e.variant.union]) for e in unions[:1]]
    null = f"(ABIDANCE_LOAD(void *, {at_offset(at, member)}) == NULL)"
    if not unions or not unions[0].tag:
        return CNullable(
            null, CUnavailable("what a pointer leads to is told by a tag that is not worked out in C")
        )
    found = [(unions[0].lost(which, m.name), look(replace(m, within=m.within[:-1]))) for m, which in each]
    before = other.inner if isinstance(other, CNullable) else None
    known = before.each if isinstance(before, CTagged) else ()
    return CNullable(null, CTagged((*known, *found)))


def name_of(name: str) -> str:
    """Return what a field is called, whatever it leads to."""
    return name.partition(_MARK)[0]


def is_apart(name: str) -> bool:
    """Tell whether a field is one of several pointers that it may be."""
    return _MARK in name
