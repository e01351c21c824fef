"""Chooses which members of tagged unions are given, and the tags that say so."""

from __future__ import annotations

from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import fields_of, number_of
from abidance.boundary.model.types import DeadShape, PointerShape, RecordShape, ScalarShape, What
from abidance.boundary.model.variants import narrowed, tag_of, with_named_tag
from abidance.boundary.values.scope import as_seen
from abidance.contract.expression import declared
from abidance.generate import scalars
from abidance.generate.hints import Bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from abidance.boundary.model.types import Member, Shape, TaggedUnion
    from abidance.boundary.model.values import Values
    from abidance.generate.source import ChoiceSource, UnlawfulDrawError

    Path = Sequence[str]


def tagged(
    source: ChoiceSource,
    shape: RecordShape,
    given: Mapping[str, object],
    refuse: Callable[[TaggedUnion], UnlawfulDrawError],
    make: Callable[[tuple[Member, ...], Mapping[str, object]], Values],
    bounds: Callable[[str], Bounds] = lambda _: Bounds(),
    *,
    free: bool = False,
) -> tuple[RecordShape, Mapping[str, object]]:
    """Return a record of what lives in it, and what is given of it: the tags as well.

    `make` makes fields that the expression of a tag names, `bounds` tells what else is known of a tag. `refuse` is what
    to raise where no member can live, or another is given than the tag says; with `free`, that is meant.
    """
    for variant in shape.variants:
        path = variant.tag.sole_name.split(".")
        number = _shape_at(shape.members, path)
        if isinstance(number, ScalarShape):
            tag = _value_at(given, path)
            if isinstance(tag, ScalarShape):
                tag = scalars.number(source, tag, Bounds())
            elif tag is None:
                tag = _choice(source, variant, shape, number, given, bounds(".".join(path)))
                if tag is None:
                    raise refuse(variant)
            given = _with(given, path, tag)
        else:
            names = {declared(name) for name in variant.tag.names}
            wanted = tuple(m for m in shape.members if m.name in names and m.name not in given)
            given = {**given, **make(wanted, given)}
            if wanted and not free:
                given = with_named_tag(variant, shape, given, source.pick)
        shape, given = _settled(variant, shape, given, refuse, free=free)
    return shape, given


def _settled(
    variant: TaggedUnion,
    shape: RecordShape,
    given: Mapping[str, object],
    refuse: Callable[[TaggedUnion], UnlawfulDrawError],
    *,
    free: bool,
) -> tuple[RecordShape, Mapping[str, object]]:
    """Return the record with one union as its tag says, without what does not live."""
    known = given

    def read(member: Member) -> object:
        value: object = as_seen(member.shape, known.get(member.name))  # type: ignore[arg-type]
        return value

    tag = tag_of(variant, shape.members, read)
    shape = narrowed(shape, variant, tag)
    inside = _members_at(shape.members, variant.path)
    there = _value_at(given, variant.path) if variant.path else given
    named = {*there} if isinstance(there, dict) else set()
    pointer = next((m for m in inside if m.name == variant.pointer), None)
    misled = pointer is not None and pointer.name in named and not fits(pointer.shape, given[pointer.name])
    if not free and (misled or any(isinstance(m.shape, DeadShape) and m.name in named for m in inside)):
        raise refuse(variant)
    for member in inside if not variant.path else ():
        given = _repeated(variant, shape, member, given)
    return replace(shape, members=_alive(shape.members, variant.path)), given


def fits(shape: Shape, value: object) -> bool:
    """Tell whether a value may be given of a pointer, now that it is known what that leads to."""
    number, pointer = number_of(shape), shape if isinstance(shape, PointerShape) else None
    match value:
        case dict() if pointer is None or pointer.what is What.ONE:
            return {*value} <= {member.name for member in fields_of(shape)}
        case int() | float():
            whole = number is not None and (number.kind == "float" or isinstance(value, int))
            return number is not None and whole and (isnan(value) or number.allows(value))
        case bytes():
            return pointer is not None and pointer.what in (What.BYTES, What.STRING)
        case list() if pointer is not None:
            return pointer.what is What.ARRAY and all(fits(pointer.element, each) for each in value)
        case dict() | list():
            return False
    return True


def _repeated(
    variant: TaggedUnion, shape: RecordShape, member: Member, given: Mapping[str, object]
) -> Mapping[str, object]:
    """Return what is given, with a tag that is part of the union repeated in the member that lives."""
    path = variant.tag.sole_name.split(".")
    tag = next((m for m in shape.members if [m.name] == path), None)
    if tag is None or member is tag or not isinstance(member.shape, RecordShape):
        return given
    for field in member.shape.members:
        same = member.offset + field.offset == tag.offset and field.shape.size == tag.shape.size
        if same and isinstance(field.shape, ScalarShape) and not field.bits:
            return _with(given, [member.name, field.name], given[tag.name])
    return given


def _choice(
    source: ChoiceSource,
    variant: TaggedUnion,
    shape: RecordShape,
    number: ScalarShape,
    given: Mapping[str, object],
    bounds: Bounds,
) -> object:
    """Return a tag with which what is given of the union lives, any where nothing is; None if there is none."""
    inside = _members_at(shape.members, variant.path)
    there = _value_at(given, variant.path) if variant.path else given
    named = {*there} if isinstance(there, dict) else set()
    wanted = {
        dict(m.within)[variant.union] for m in inside if m.name in named and variant.union in dict(m.within)
    }
    wanted -= {
        dict(m.within).get(variant.union) for m in inside if [m.name] == variant.tag.sole_name.split(".")
    }
    cases = [
        (low, high)
        for low, high, which in variant.cases
        if (not wanted or wanted == {which}) and any(_lawful(number, each, bounds) for each in (low, high))
    ]
    others = variant.otherwise is not None and (not wanted or wanted == {variant.otherwise[0]})
    if others and (not cases or source.pick(range(len(cases) + 1)) == len(cases)):
        tag = scalars.number(source, number, bounds)
        return tag if not wanted or variant.alternative(tag) in wanted else None
    if not cases:
        return None
    low, high = source.pick(cases)
    return source.integer(low, high) if low != high else low


def _lawful(number: ScalarShape, value: int, bounds: Bounds) -> bool:
    return scalars.lawful(number, value) and bounds.allows(value)


def _alive(members: tuple[Member, ...], path: Path) -> tuple[Member, ...]:
    """Return the members that have values."""
    if path:
        return tuple(
            replace(m, shape=replace(m.shape, members=_alive(m.shape.members, path[1:])))
            if m.name == path[0] and isinstance(m.shape, RecordShape)
            else m
            for m in members
        )
    return tuple(m for m in members if not isinstance(m.shape, DeadShape))


def _members_at(members: tuple[Member, ...], path: Path) -> tuple[Member, ...]:
    shape = _shape_at(members, path) if path else None
    return shape.members if isinstance(shape, RecordShape) else members


def _shape_at(members: tuple[Member, ...], path: Path) -> Shape | None:
    found = next((m.shape for m in members if m.name == path[0]), None)
    if len(path) > 1:
        return _shape_at(found.members, path[1:]) if isinstance(found, RecordShape) else None
    return found


def _value_at(given: object, path: Path) -> object:
    for name in path:
        given = given.get(name) if isinstance(given, dict) else None
    return given


def _with(given: Mapping[str, object], path: Path, value: object) -> dict[str, object]:
    """Return what is given with one more value, at a path."""
    if len(path) == 1:
        return {**given, path[0]: value}
    inner = given.get(path[0])
    return {**given, path[0]: _with(inner if isinstance(inner, dict) else {}, path[1:], value)}
