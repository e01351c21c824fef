"""Which members of tagged unions live, once the tag is known: the others have no value, and stand for no bytes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from abidance.boundary.model.traversal import with_record
from abidance.boundary.model.types import DeadShape, OpaqueShape, RecordShape, ScalarShape, TaggedPointerShape
from abidance.contract.expression import EvaluationError, declared, show, spelling

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member, Shape, TaggedUnion


_UNKNOWN = object()
_MOST = 1 << 12
_FOUND: dict[tuple[object, ...], tuple[RecordShape, RecordShape]] = {}
"""What lives in records, by their identity and their tags: the same is asked of every value of a call."""


_ARGUMENTS: dict[tuple[object, ...], tuple[Member, Member]] = {}
"""The same of parameters."""


def living(shape: RecordShape, read: Callable[[Member], object]) -> RecordShape:
    """Return a record in which each union that has a tag is what lives in it.

    `read` gives the value of a field that a tag names. A union whose tag has no value stays as it is.
    """
    tags: list[object] = []
    for variant in shape.variants:
        try:
            tag = tag_of(variant, shape.members, read)
        except EvaluationError:
            tag = _UNKNOWN
        tags.append(tag if isinstance(tag, int | float) else _UNKNOWN)
    key = (id(shape), *tags)
    known = _FOUND.get(key)
    if known is not None and known[0] is shape:
        return known[1]
    found = shape
    for variant, tag in zip(shape.variants, tags, strict=True):
        found = narrowed(found, variant, tag) if tag is not _UNKNOWN else found
    found = replace(found, variants=())
    if len(_FOUND) >= _MOST:
        _FOUND.clear()
    _FOUND[key] = (shape, found)
    return found


def living_arguments(function: BoundaryFunction, seen: Mapping[str, object]) -> BoundaryFunction:
    """Return a function with what lives in the unions among its parameters, as the arguments that are `seen` tell."""
    members = function.members
    for name, variant in function.variants:
        try:
            tag = variant.tag.evaluate({**variant.constants, **seen})
        except EvaluationError:
            continue
        if isinstance(tag, int | float):
            members = tuple(living_member(m, variant, tag) if m.name == name else m for m in members)
    return replace(function, members=members) if function.variants else function


def living_member(member: Member, variant: TaggedUnion, tag: object) -> Member:
    """Return a parameter that is a union, or points to one, with what lives in it."""
    key = (id(member), tag)
    known = _ARGUMENTS.get(key)
    if known is not None and known[0] is member:
        return known[1]
    shape = (
        pointing(member.shape, variant, tag)
        if isinstance(member.shape, TaggedPointerShape)
        else with_record(member.shape, lambda record: narrowed(record, variant, tag))
    )
    if len(_ARGUMENTS) >= _MOST:
        _ARGUMENTS.clear()
    _ARGUMENTS[key] = (member, replace(member, shape=shape))
    return _ARGUMENTS[key][1]


def without(member: Member, names: Collection[str]) -> Member:
    """Return a parameter that is a record, or points to one, without some of its fields."""

    def change(record: RecordShape) -> RecordShape:
        return replace(record, members=tuple(each for each in record.members if each.name not in names))

    return replace(member, shape=with_record(member.shape, change))


def narrowed(shape: RecordShape, variant: TaggedUnion, tag: object) -> RecordShape:
    """Return a record in which one union is what lives in it with a tag."""
    if variant.pointer:
        members = tuple(
            replace(m, shape=pointing(m.shape, variant, tag)) if m.name == variant.pointer else m
            for m in shape.members
        )
        return replace(shape, members=members, variants=tuple(v for v in shape.variants if v is not variant))
    which = variant.alternative(tag)
    reason = f"another member of the union lives: `{variant.tag.text}` is {show(tag)}"
    members = _narrowed(shape.members, variant.path, variant, which, reason)
    return replace(shape, members=members, variants=tuple(v for v in shape.variants if v is not variant))


def pointing(shape: Shape, variant: TaggedUnion, tag: object) -> Shape:
    """Return a pointer with what it leads to with a tag: only NULL where that is nothing."""
    which = variant.alternative(tag)
    if not isinstance(shape, TaggedPointerShape):
        return shape
    return OpaqueShape(shape.spelling, nullable=True, said=True) if which is None else shape.each[which]


def tag_of(variant: TaggedUnion, members: tuple[Member, ...], read: Callable[[Member], object]) -> object:
    """Return the value of a tag; raises EvaluationError where it has none."""
    names = variant.tag.names
    seen = {spelling(m.name): read(m) for m in members if spelling(m.name) in names}
    return variant.tag.evaluate({**variant.constants, **seen})


def with_named_tag(
    variant: TaggedUnion,
    shape: RecordShape,
    fields: Mapping[str, Any],
    pick: Callable[[Sequence[int]], int] = lambda numbers: numbers[0],
) -> Mapping[str, Any]:
    """Return the fields with a tag that the contract names: where one field tells it, perhaps with another value.

    Of several, `pick` says which is tried first.
    """
    if _names_tag(variant, shape, fields):
        return fields
    names = [m for m in shape.members if spelling(m.name) in variant.tag.names]
    if len(names) != 1 or not isinstance(names[0].shape, ScalarShape) or not variant.cases:
        return fields
    first = pick(range(len(variant.cases)))
    for low, _, _ in (*variant.cases[first:], *variant.cases[:first]):
        tried = {**fields, names[0].name: low}
        if _names_tag(variant, shape, tried):
            return tried
    return fields


def _names_tag(variant: TaggedUnion, shape: RecordShape, fields: Mapping[str, Any]) -> bool:
    try:
        return variant.names(tag_of(variant, shape.members, lambda member: fields.get(member.name)))
    except EvaluationError:
        return False


def living_of(shape: RecordShape, fields: Mapping[str, object]) -> RecordShape:
    """Return a record in which each union that has a tag is what lives in it, by the values of its fields."""
    return living(shape, lambda member: fields.get(member.name)) if shape.variants else shape


def possible(shape: RecordShape) -> tuple[Member, ...]:
    """Return the members of a record, those of unions with a tag as if all of them lived.

    Members that are still `within` a union are those of which nobody knows whether they are there.
    """
    members = shape.members
    for variant in shape.variants:
        members = _opened(members, variant.path, variant)
    return members


def _narrowed(
    members: tuple[Member, ...], path: tuple[str, ...], variant: TaggedUnion, which: int | None, reason: str
) -> tuple[Member, ...]:
    if path:
        return tuple(
            replace(
                m, shape=_inside(m.shape, lambda inner: _narrowed(inner, path[1:], variant, which, reason))
            )
            if m.name == path[0]
            else m
            for m in members
        )
    tags = {declared(name) for name in variant.tag.names} if not variant.path else set()
    found = []
    for member in members:
        in_union = dict(member.within).get(variant.union)
        if in_union is None:
            found.append(member)
        elif in_union == which or member.name in tags:
            found.append(_without(member, variant))
        else:
            found.append(replace(member, shape=DeadShape(reason=reason), within=(), bits=None))
    return tuple(found)


def _opened(members: tuple[Member, ...], path: tuple[str, ...], variant: TaggedUnion) -> tuple[Member, ...]:
    if path:
        return tuple(
            replace(m, shape=_inside(m.shape, lambda inner: _opened(inner, path[1:], variant)))
            if m.name == path[0]
            else m
            for m in members
        )
    return tuple(_without(m, variant) for m in members)


def _without(member: Member, variant: TaggedUnion) -> Member:
    return replace(member, within=tuple(each for each in member.within if each[0] != variant.union))


def _inside(shape: Shape, change: Callable[[tuple[Member, ...]], tuple[Member, ...]]) -> Shape:
    assert isinstance(shape, RecordShape)
    return replace(shape, members=change(shape.members))
