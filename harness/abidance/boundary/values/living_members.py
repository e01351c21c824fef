"""Which members of a record a call may have left, where a tag beside them tells: each with what tells it.

Memory is read before anybody has looked at its tags. A member of a union that does not live is bytes of another one: as
a pointer it leads anywhere, and as a length it is any number, so it is not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.ranges import Ranges
from abidance.boundary.model.types import RecordShape, ScalarShape, TaggedPointerShape
from abidance.boundary.values.formulas import as_formula
from abidance.contract.expression import EvaluationError, declared, parse
from abidance.plan.formula import NumberLeft
from abidance.plan.plan import NumberTest, ValuePlace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.boundary.model.types import Member, Shape, TaggedUnion

Tests = tuple[NumberTest, ...]
"""All of them hold where something is there. A place in a block that is None lies in the memory around it."""


@dataclass(frozen=True, slots=True)
class PlacedUnion:
    """A union with a tag: where it is below the record at hand, and where the record is that has the tag."""

    path: tuple[str, ...]
    variant: TaggedUnion
    record: RecordShape
    at: int


def unions_in(shape: RecordShape, at: int) -> tuple[PlacedUnion, ...]:
    """Return the unions with a tag in a record that lies so many bytes after the start of some memory."""
    return tuple([PlacedUnion(variant.path, variant, shape, at) for variant in shape.variants])


def below(unions: tuple[PlacedUnion, ...], name: str) -> tuple[PlacedUnion, ...]:
    """Return the unions that are in one member of the record at hand."""
    return tuple(
        [
            PlacedUnion(each.path[1:], each.variant, each.record, each.at)
            for each in unions
            if each.path[:1] == (name,)
        ]
    )


def told_members(shape: RecordShape, unions: tuple[PlacedUnion, ...]) -> Iterator[tuple[Member, Tests]]:
    """Yield the members of a record of which it can be known that they live, with what tells it."""
    here = {each.variant.union: each for each in unions if not each.path}
    for member in shape.members:
        if all(union in here for union, _ in member.within):
            yield (
                member,
                tuple([test for union, which in member.within for test in _lives(here[union], which)]),
            )


def told_targets(
    member: Member, pointer: TaggedPointerShape, unions: tuple[PlacedUnion, ...]
) -> Iterator[tuple[Shape, Tests]]:
    """Yield what a pointer may lead to of which a tag tells, with what tells it; nothing where that cannot be asked."""
    told = [each for each in unions if not each.path and each.variant.pointer == member.name]
    for which, target in enumerate(pointer.each):
        for union in told:
            if tests := _lives(union, which):
                yield target, tests


def _lives(union: PlacedUnion, which: int) -> Tests:
    """Return what tells that one alternative lives; nothing where the tag is more than one number of the record."""
    variant = union.variant
    tag = variant.tag
    path = tag.sole_name
    names = {declared(name) for name in tag.names if name not in variant.constants}
    if len(names) != 1:
        return ()
    found = number_at(union.record, (path or next(iter(names))).split("."), union.at)
    if found is None:
        return ()
    at, number = found
    place = ValuePlace(None, at, number.size)
    if path:
        return (NumberTest(place, _tags(variant, which, number), number.signed),)
    (name,) = tag.names - variant.constants.keys()
    among = " or ".join(f"{low} <= ({tag.text}) <= {high}" for low, high in _tags(variant, which, _WIDEST))
    condition = parse(among or "false", tag.span, lambda _start, _end: tag.span)
    try:
        postponed = condition.postponed(frozenset({name}))
        tokens = None if postponed is None else postponed.tokens(variant.constants)
    except EvaluationError:
        return ()
    if tokens is None:
        return ()
    return (NumberTest(place, ((1, 1),), number.signed, as_formula(tokens, {name: NumberLeft()})),)


_WIDEST = ScalarShape("int", 8, 8, True, "long", -(1 << 63), (1 << 63) - 1)


def _tags(variant: TaggedUnion, which: int, number: ScalarShape) -> tuple[tuple[int, int], ...]:
    """Return the values of the tag with which an alternative lives: the first case that has a value counts."""
    lowest, highest = (-(1 << 63), (1 << 63) - 1) if number.signed else (0, (1 << 64) - 1)
    found: list[tuple[int, int]] = []
    before: list[tuple[int, int]] = []
    for low, high, alternative in variant.cases:
        if alternative == which:
            found += Ranges(tuple(before)).others(low, high).each
        before.append((low, high))
    if variant.otherwise == (which,):
        found += Ranges(tuple(before)).others(lowest, highest).each
    return tuple(
        [(max(low, lowest), min(high, highest)) for low, high in found if low <= highest and high >= lowest]
    )


def number_at(shape: Shape, path: Iterable[str], at: int = 0) -> tuple[int, ScalarShape] | None:
    """Return where a whole number of a record lies, and which it is; None for what is no such number of bytes."""
    at, found = field_at(shape, path, at) or (at, None)
    whole = isinstance(found, ScalarShape) and found.kind != "float" and found.size <= 8 and not found.width
    return (at, found) if whole and isinstance(found, ScalarShape) else None


def field_at(shape: Shape, path: Iterable[str], at: int = 0) -> tuple[int, Shape] | None:
    """Return where a field of a record lies, and what it is; None where there is none, or one of bits."""
    for name in path:
        if not isinstance(shape, RecordShape):
            return None
        member = next((each for each in shape.members if each.name == name), None)
        if member is None or member.bits is not None:
            return None
        shape, at = member.shape, at + member.offset
    return at, shape
