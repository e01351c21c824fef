"""Reads numbers and bytes in order from bytes that nobody vouches for."""

from __future__ import annotations

from struct import Struct
from struct import error as StructError  # noqa: N812 - a class, whatever its name
from typing import Any

from abidance.plan.layout import COUNT

Buffer = bytes | memoryview


class ByteReader:
    """A position in a buffer. Every method raises ValueError rather than read past its end."""

    __slots__ = ("_size", "_what", "_whole", "at")

    def __init__(self, whole: Buffer, what: str) -> None:
        self._whole = whole
        self._size = len(whole)
        self._what = what
        self.at = 0

    def unpack(self, layout: Struct) -> tuple[Any, ...]:
        """Return the fields at the position."""
        try:
            fields = layout.unpack_from(self._whole, self.at)
        except StructError:
            raise self._short() from None
        self.at += layout.size
        return fields

    def take(self, length: int) -> bytes:
        """Return the next `length` bytes."""
        end = self.at + length
        if end > self._size:
            raise self._short()
        taken = bytes(self._whole[self.at : end])
        self.at = end
        return taken

    def is_at(self, rest: bytes) -> bool:
        """Tell whether `rest` is all that is left, and skip it then."""
        if self._whole[self.at :] != rest:
            return False
        self.at = self._size
        return True

    def text(self) -> str:
        """Return UTF-8 text that follows its length."""
        return self.take(self.unpack(COUNT)[0]).decode()

    def flag(self) -> bool:
        """Return one byte that is 0 or 1."""
        byte = self.take(1)[0]
        if byte > 1:
            raise ValueError(f"the {self._what} has a flag that is neither 0 nor 1")
        return byte == 1

    def count(self, number: int, size: int) -> int:
        """Return `number` if so many things of at least `size` bytes can follow.

        Without it a few bad bytes would ask for a loop of four billion steps.
        """
        if number * size > self._size - self.at:
            raise self._short()
        return number

    def counted(self, size: int) -> int:
        """Read a count of things of at least `size` bytes."""
        return self.count(self.unpack(COUNT)[0], size)

    @property
    def left(self) -> int:
        """Return how many bytes are left."""
        return self._size - self.at

    def finish(self) -> None:
        """Raise when something is left."""
        if self.at != self._size:
            raise ValueError(
                f"the {self._what} is followed by {self._size - self.at} bytes that belong nowhere"
            )

    def _short(self) -> ValueError:
        return ValueError(f"the {self._what} ends at byte {self._size}, in the middle of something")


class Blanks:
    """Gives zeros where a reader would give bytes, and counts them."""

    __slots__ = ("at",)

    def __init__(self) -> None:
        self.at = 0

    def take(self, length: int) -> bytes:
        """Return `length` zero bytes."""
        self.at += length
        return bytes(length)
