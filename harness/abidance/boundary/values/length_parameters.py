"""Which number says how long which buffer is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import Pointer, Scalar, What
from abidance.contract.expression import spelling

if TYPE_CHECKING:
    from abidance.boundary.model.types import Member


def ties(members: tuple[Member, ...]) -> dict[str, tuple[Member, ...]]:
    """Return the names of members that are the length of a buffer that is read, each with all its buffers."""
    numbers = {spelling(member.name): member.name for member in members if isinstance(member.shape, Scalar)}
    found: dict[str, tuple[Member, ...]] = {}
    for member in members:
        shape = member.shape
        if not isinstance(shape, Pointer) or not shape.direction.read or shape.length is None:
            continue
        length = numbers.get(shape.length.text.strip())
        if shape.what in (What.BYTES, What.ARRAY) and length is not None:
            found[length] = (*found.get(length, ()), member)
    return found
