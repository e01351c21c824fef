"""Which member of a tagged union lives, as a condition of C."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import along
from abidance.boundary.model.types import ScalarShape
from abidance.native.target.c_text import at_offset, load

if TYPE_CHECKING:
    from abidance.boundary.model.types import RecordShape, TaggedUnion


def tag_in(shape: RecordShape, variant: TaggedUnion, at: str) -> str:
    """Return the tag of a variant of the record at an address; empty where it is more than one field."""
    path = variant.tag.sole_name.split(".")
    reached = [*along(shape.members, path)]
    if len(reached) < len(path) or not isinstance(reached[-1].shape, ScalarShape):
        return ""
    for member in reached[:-1]:
        at = at_offset(at, member)
    last = reached[-1]
    return f"(abidance_int){load(reached[-1].shape, at_offset(at, last), last.bits)}"


def lives(variant: TaggedUnion, which: int, tag: str) -> str:
    """Return the condition on a tag with which an alternative lives."""
    mine = [_in(low, high, tag) for low, high, each in variant.cases if each == which]
    if variant.otherwise is not None and variant.otherwise[0] == which:
        others = [_in(low, high, tag) for low, high, each in variant.cases if each != which]
        mine.append(f"!({' || '.join(others) or '0'})")
    return f"({' || '.join(mine) or '0'})"


def _in(low: int, high: int, tag: str) -> str:
    if low == high:
        return f"{tag} == {_number(low)}"
    return f"({tag} >= {_number(low)} && {tag} <= {_number(high)})"


def _number(value: int) -> str:
    return f"((abidance_int){value}LL)" if -(1 << 63) < value < 1 << 63 else f"((abidance_int){value}ULL)"
