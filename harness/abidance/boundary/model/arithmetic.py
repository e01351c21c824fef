"""What the spelling of an arithmetic type says of its values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abidance.ir.types import Vector

_WIDTH = re.compile(r"(?:unsigned )?_BitInt\(\s*(\d+)[uUlL]*\s*\)")


def bit_width(spelling: str) -> int:
    """Return the bits of a bit-precise integer, 0 when its width is an expression."""
    found = _WIDTH.fullmatch(spelling)
    return int(found[1]) if found else 0


def vector_count(vector: Vector, size: int, element: int) -> int:
    """Return the elements of a vector; clang's of three have room for four."""
    if vector.attribute == "ext_vector_type" and vector.size_text.strip().isdecimal():
        return int(vector.size_text)
    return size // element if element else 0
