"""Which member of a tagged union lives, as a condition of C."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import along
from abidance.boundary.model.types import RecordShape, ScalarShape
from abidance.boundary.values.memory import extent
from abidance.boundary.values.significant_bytes import meaningful
from abidance.contract.expression import spelling
from abidance.native.expressions import NotCompiledError, compile_integer
from abidance.native.expressions.values import CInt
from abidance.native.target.c_text import at_offset, integer, load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.types import Member, TaggedUnion
    from abidance.boundary.values.significant_bytes import Range
    from abidance.native.expressions.values import CValue
    from abidance.native.target.input_format import Path

_TAG = "abidance_tag"
_NO_TAG = integer(1 << 100)
_WIDE = 1 << 100
"""Beyond what any tag is."""


@dataclass(frozen=True, slots=True)
class TaggedUnionPlace:
    """A union of which it is told what lives in it: where it is below a record, and its `tag` in C, empty for none."""

    path: Path
    variant: TaggedUnion
    tag: str

    def lost(self, which: int, name: str) -> str:
        """Return the condition with which a member of an alternative has no value; empty where nothing tells."""
        if not self.path and not self.variant.path and name == self.variant.tag.sole_name:
            return "0"
        return f"!{lives(self.variant, which, self.tag)}" if self.tag else ""


def unions_told(shape: RecordShape, at: str) -> tuple[TaggedUnionPlace, ...]:
    """Return the unions of a record at an address of which a tag in it tells what lives."""
    unions = (each for each in shape.variants if not each.pointer)
    return tuple(TaggedUnionPlace(each.path, each, tag_in(shape, each, at)) for each in unions)


def pointer_told(shape: RecordShape, name: str, at: str) -> TaggedUnionPlace | None:
    """Return what a tag in a record at an address tells a pointer there to lead to; None where it is not worked out."""
    variant = next((each for each in shape.variants if each.pointer == name and not each.path), None)
    tag = tag_in(shape, variant, at) if variant is not None else ""
    return TaggedUnionPlace((), variant, tag) if variant is not None and tag else None


def unions_below(told: tuple[TaggedUnionPlace, ...], name: str) -> tuple[TaggedUnionPlace, ...]:
    """Return those that are in one member of the record at hand."""
    return tuple(replace(each, path=each.path[1:]) for each in told if each.path[:1] == (name,))


def living(member: Member, told: tuple[TaggedUnionPlace, ...], chosen: str | None) -> str:
    """Return the condition with which a field is there; empty where neither a tag tells it nor anybody has chosen."""
    unions = dict(member.within)
    own = {each.variant.union: each for each in told if not each.path and each.variant.union in unions}
    if chosen is None and own.keys() != unions.keys():
        return ""
    lost = [each.lost(unions[name], member.name) for name, each in own.items()]
    there = [] if chosen is None else [f"({chosen})"]
    return "" if "" in lost else " && ".join((*there, *(f"!({each})" for each in lost))) or "1"


def living_ranges(
    shape: RecordShape, base: str, told: tuple[TaggedUnionPlace, ...], at: int = 0, path: str = ""
) -> Iterator[tuple[str, Range]]:
    """Yield the bytes that mean something in unions of a record of which a tag tells, with the condition of each."""
    told = (*told, *unions_told(shape, f"({base} + {at})"))
    for member in shape.members:
        inner, start = f"{path}.{member.name}", at + member.offset
        if not member.within and isinstance(member.shape, RecordShape):
            yield from living_ranges(member.shape, base, unions_below(told, member.name), start, inner)
        elif member.within and not member.bits and (alive := living(member, told, None)):
            for each in meaningful(member.shape, pointers=True, at=start, path=inner):
                yield alive, each


def tag_in(shape: RecordShape, variant: TaggedUnion, at: str) -> str:
    """Return the tag of a variant of the record at an address; empty where it is worked out of more than numbers."""
    path = variant.tag.sole_name.split(".")
    reached = [*along(shape.members, path)]
    if path == [""]:
        return _calculated(variant, [(m, at_offset(at, m)) for m in shape.members])
    if len(reached) < len(path) or not isinstance(reached[-1].shape, ScalarShape):
        return ""
    for member in reached[:-1]:
        at = at_offset(at, member)
    last = reached[-1]
    return f"(abidance_int){load(reached[-1].shape, at_offset(at, last), last.bits)}"


def tag_among(members: tuple[Member, ...], variant: TaggedUnion, places: Mapping[str, str]) -> str:
    """Return the tag that parameters tell, each of which is at a place; empty where they are more than numbers."""
    name = variant.tag.sole_name
    if not name:
        return _calculated(variant, [(m, places[m.name]) for m in members])
    tag = next((m for m in members if m.name == name), None)
    if tag is None or not isinstance(tag.shape, ScalarShape):
        return ""
    return f"(abidance_int){load(tag.shape, places[name])}"


def _calculated(variant: TaggedUnion, places: list[tuple[Member, str]]) -> str:
    """Return a tag that is worked out of numbers; it is one of none where it has no value."""
    names: dict[str, CValue] = {
        spelling(m.name): CInt(load(m.shape, at, m.bits), boolean=m.shape.kind == "bool")
        for m, at in places
        if isinstance(m.shape, ScalarShape) and m.shape.kind != "float" and m.shape.size <= 8
    }
    try:
        told = compile_integer(variant.tag, _TAG, names, constants=variant.constants)
    except NotCompiledError:
        return ""
    return f"__extension__({{ abidance_int {_TAG} = 0; ({told}) == 1 ? {_TAG} : {_NO_TAG}; }})"


def hull(members: list[Member]) -> tuple[int, int]:
    """Return the first byte of some members of a record, and one past their last."""
    extents = [extent(each) for each in members]
    return min((low for low, _ in extents), default=0), max((high for _, high in extents), default=0)


def lives(variant: TaggedUnion, which: int, tag: str) -> str:
    """Return the condition on a tag with which an alternative lives."""
    if not variant.tag.sole_name:
        condition = f"abidance_told != {_NO_TAG} && {_lives(variant, which, 'abidance_told')}"
        return f"__extension__({{ abidance_int abidance_told = {tag}; {condition}; }})"
    return _lives(variant, which, tag)


def _lives(variant: TaggedUnion, which: int, tag: str) -> str:
    mine = [_in(low, high, tag) for low, high, each in variant.cases if each == which]
    if variant.otherwise is not None and variant.otherwise[0] == which:
        others = [_in(low, high, tag) for low, high, each in variant.cases if each != which]
        mine.append(f"!({' || '.join(others) or '0'})")
    return f"({' || '.join(mine) or '0'})"


def _in(low: int, high: int, tag: str) -> str:
    if low == high:
        return f"{tag} == {integer(low)}"
    ends = [f"{tag} >= {integer(low)}"] * (low > -_WIDE) + [f"{tag} <= {integer(high)}"] * (high < _WIDE)
    return f"({' && '.join(ends) or '1'})"
