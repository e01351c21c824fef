"""Memory that an expression spells as numbers: `[0x28, 0xb5, n << 3]` is so many bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import PointerShape, What

if TYPE_CHECKING:
    from abidance.boundary.model.types import Shape


def bytes_of_numbers(shape: Shape, value: object) -> object:
    """Return a list of numbers as bytes where memory of bytes or a text is passed; all else as it is.

    A list with anything else in it stays one, which is no such memory.
    """
    if not (isinstance(shape, PointerShape) and shape.what in (What.BYTES, What.STRING)):
        return value
    if not isinstance(value, list) or not all(isinstance(each, int) and 0 <= each < 256 for each in value):
        return value
    return bytes(value)
