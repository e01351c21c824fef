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


NONE = Ranges()
