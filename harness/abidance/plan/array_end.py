"""The element that ends an array and is none of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ArrayEnd:
    """An array whose elements have `unit` bytes goes up to the first with this `value` at `offset`.

    Of numbers and pointers that is all of the element, of a record it is one field: the others may hold anything.
    """

    value: bytes
    unit: int
    offset: int = 0

    @property
    def element(self) -> bytes:
        """Return such an element, in which all else is zero."""
        return (bytes(self.offset) + self.value).ljust(self.unit, b"\0")

    def first(self, raw: bytes, start: int = 0) -> int | None:
        """Return where the first such element begins in memory that begins with an element; None without one.

        Elements before `start` are known to be none.
        """
        begins = range(start, len(raw) - self.unit + 1, self.unit)
        return next((at for at in begins if raw.startswith(self.value, at + self.offset)), None)
