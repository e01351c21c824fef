"""Which number says how long which buffer is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import memory_of, number_of, pointer_behind
from abidance.boundary.model.types import PointerShape, ScalarShape, What

if TYPE_CHECKING:
    from abidance.boundary.model.types import Member


def ties(members: tuple[Member, ...]) -> dict[str, tuple[Member, ...]]:
    """Return the names of members that are the length of a buffer that is read, each with all its buffers.

    A pointer to the pointer, as of a window, stands there as the memory that it leads to. A number that a pointer leads
    to is one as well, where the callee reads it: `size_t *srcSize` of a buffer that is not always read to its end.
    """
    numbers = {member.name for member in members if _is_number_that_is_read(member)}
    found: dict[str, tuple[Member, ...]] = {}
    for parameter in members:
        member, shape = parameter, parameter.shape
        if (behind := pointer_behind(shape)) is not None:
            member = memory_of(parameter)
            shape, numbers = member.shape, numbers | {behind.window} if behind.window else numbers
        if not isinstance(shape, PointerShape) or not shape.direction.read:
            continue
        if shape.what is not What.ONE and shape.length_name in numbers:
            found[shape.length_name] = (*found.get(shape.length_name, ()), member)
    return found


def ends_at_nul(text: PointerShape, number: object) -> bool:
    """Tell whether the length of a text or an array says that its NUL ends it, and not how long it is."""
    if not text.may_end_at_nul or not isinstance(number, int):
        return False
    return number < 0 if text.terminated is None else number == text.terminated


def lengths_of_terminated(text: PointerShape, low: int, high: int) -> tuple[int, ...]:
    """Return lengths between two that say that a NUL ends it, the simplest first; none where none does."""
    if not text.may_end_at_nul:
        return ()
    if text.terminated is not None:
        return (text.terminated,) if low <= text.terminated <= high else ()
    return tuple(dict.fromkeys((min(high, -1), low))) if low < 0 else ()


def _is_number_that_is_read(member: Member) -> bool:
    shape = member.shape
    if isinstance(shape, PointerShape) and shape.nullable is False and shape.direction.read:
        return number_of(shape) is not None
    return isinstance(shape, ScalarShape)
