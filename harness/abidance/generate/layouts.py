"""How the memory of a case is laid out: where blocks are watched, what is in them, how far from aligned they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.blocks import SHIFTED
from abidance.boundary.model.traversal import misaligned
from abidance.boundary.model.types import HandleShape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import Case
    from abidance.generate.source import ChoiceSource

FILLS = (0xA5, 0x00)
_LAYOUTS = range(4)
_SHIFTS = (0, 1, 0, 2, 0, 4, 0, 8, 0, 3, 0, 7)
"""Aligned every other time, so that both are met; otherwise odd addresses, and those that halves of a type want."""


def layout(source: ChoiceSource) -> tuple[int, int]:
    """Return what `Case` calls flush and fill."""
    chosen = source.pick(_LAYOUTS)
    return chosen & 1, FILLS[chosen >> 1]


def shift(source: ChoiceSource, count: int) -> int:
    """Return what `Case` calls shift, for `count` pointers that need not be aligned."""
    return sum(source.pick(_SHIFTS) << 4 * n for n in range(count))


def simpler_shifts(case: Case) -> Iterable[int]:
    """Yield shifts of fewer pointers, and then by less."""
    digits = [n for n in range(SHIFTED) if case.shift >> 4 * n & 15]
    if len(digits) > 1:
        yield from (case.shift & 15 << 4 * n for n in digits)
    yield sum(1 << 4 * n for n in digits)


def loose_pointers(boundary: Boundary, functions: Iterable[BoundaryFunction]) -> int:
    """Return how many pointers may be shifted by themselves: of functions, and of the handles that they take."""
    count = 0
    for function in functions:
        for member in function.members:
            count += misaligned(member.shape)
            if isinstance(member.shape, HandleShape):
                life = boundary.handles[member.shape.handle]
                count += misaligned(life.record) if life.record else 0
                count += sum(misaligned(each.shape) for each in boundary.functions[life.create].members)
    return min(count, SHIFTED)
