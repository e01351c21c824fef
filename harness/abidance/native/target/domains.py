"""Which numbers the library may leave in a place, as conditions in C."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from abidance.native.target.c_text import integer, load, real

if TYPE_CHECKING:
    from abidance.boundary.model.types import ScalarShape


def in_ranges(value: str, ranges: tuple[tuple[int, int], ...]) -> str:
    """Return the condition under which a whole number is in one of some ranges."""
    parts = [
        f"(abidance_int){value} == {integer(low)}"
        if low == high
        else f"((abidance_int){value} >= {integer(low)} && (abidance_int){value} <= {integer(high)})"
        for low, high in ranges
    ]
    return " || ".join(parts) or "0"


def in_domain(shape: ScalarShape, at: str, bits: tuple[int, int] | None = None) -> str:
    """Return the condition under which the library may put a number where the shape is; nothing for any number."""
    value = load(shape, at, bits)
    if shape.kind == "bool":
        return f"{value} <= 1"
    if (shape.members or shape.ranges) and (shape.closed or shape.kind != "enum"):
        if shape.kind == "float":
            return " || ".join(f"{value} == {real(float(m))}" for m in shape.members)
        if shape.flags:
            whole = f"(abidance_int){value}"
            parts = [
                f"(({whole} & {integer(each)}) == {integer(each)} ? {integer(each)} : 0)"
                for each in shape.flags
            ]
            return f"({' | '.join(parts)}) == {whole}"
        members = tuple((int(m), int(m)) for m in shape.members)
        return in_ranges(value, (*members, *shape.ranges.each))
    if shape.kind == "enum" or shape.format is not None:
        return ""
    if shape.kind == "float":
        ends = [f"!({value} < {real(float(shape.lowest))})"] if shape.lowest > -math.inf else []
        ends += [f"!({value} > {real(float(shape.highest))})"] if shape.highest < math.inf else []
        return " && ".join(ends)
    if shape.size > 8 or bits is not None:
        return ""
    width = shape.width or 8 * shape.size
    least = -(1 << (width - 1)) if shape.signed else 0
    if shape.lowest <= least and shape.highest >= least + (1 << width) - 1:
        return ""
    return in_ranges(value, ((int(shape.lowest), int(shape.highest)),))
