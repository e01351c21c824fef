"""Sets of whole numbers, as ranges: what a function may return, and what of that means success."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ranges:
    """The numbers in any of some ranges, both ends of each included."""

    each: tuple[tuple[int, int], ...] = ()

    def __contains__(self, value: object) -> bool:
        return isinstance(value, int | float) and any(low <= value <= high for low, high in self.each)

    def __bool__(self) -> bool:
        return bool(self.each)

    def within(self, lowest: int, highest: int) -> Ranges:
        """Return the same numbers in a type of these limits: -1 is the largest of an unsigned one (C11 6.3.1.3)."""
        many = highest - lowest + 1
        shifted = [(low + by, high + by) for low, high in self.each for by in (-many, 0, many)]
        return Ranges(
            tuple(
                (max(low, lowest), min(high, highest))
                for low, high in shifted
                if low <= highest and high >= lowest
            )
        )

    def others(self, lowest: int, highest: int) -> Ranges:
        """Return the numbers between two, both included, that are in none of the ranges."""
        gaps, low = [], lowest
        for first, last in sorted(self.each):
            if first > low:
                gaps.append((low, first - 1))
            low = max(low, last + 1)
        if low <= highest:
            gaps.append((low, highest))
        return Ranges(tuple(gaps))


NONE = Ranges()
