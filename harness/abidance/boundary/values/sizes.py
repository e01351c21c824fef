"""How many bytes a pointer's memory has, before a call and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import PointerShape, What
from abidance.boundary.model.values import Mark
from abidance.boundary.values.memory import tail_of
from abidance.contract.expression import EvaluationError, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from abidance.boundary.model.types import Member
    from abidance.boundary.model.values import Value, Values
    from abidance.contract.expression import Expression

LARGEST = 1 << 30
"""More than this is never allocated for one argument, in bytes."""


def room(shape: PointerShape, value: Value, scope: Mapping[str, object]) -> int:
    """Return how many bytes the callee is given; at least what `value` needs.

    A `capacity` below 0 or beyond all memory, as a call may have that is to be refused, stands for no room. Raises
    EvaluationError when the clause has no value.
    """
    if shape.what is What.ONE:
        return max(shape.element.size, _end_of_tail(shape))
    clause = shape.capacity
    if clause is None and isinstance(value, Mark):
        clause = shape.length
    if clause is None:
        return (shape.limit or 0) if isinstance(value, Mark) else 0
    if beyond_memory(clause.evaluate(scope)):
        return 0
    return count(clause, scope) * (1 if shape.what is What.BYTES else shape.element.size)


def told_lengths(members: Iterable[Member], arguments: Values, scope: Mapping[str, object]) -> Values:
    """Return what is passed of which a function has told how much there must be: that many elements.

    What was generated is cut, or goes on from its beginning; where there is none, all are the least that they may be.
    """
    found: Values = {}
    for member in members:
        shape, value = member.shape, arguments[member.name]
        if not isinstance(shape, PointerShape) or shape.length is None or not shape.length.calls:
            continue
        if not shape.direction.read or shape.capacity is not None or not isinstance(value, bytes | list):
            continue
        size = count(shape.length, scope)
        if isinstance(value, bytes):
            found[member.name] = ((value or b"\0") * (size // max(len(value), 1) + 1))[:size]
        else:
            low, high = getattr(shape.element, "lowest", 0), getattr(shape.element, "highest", 0)
            some = value or [int(max(low, min(0, high)))]
            found[member.name] = (some * (size // len(some) + 1))[:size]
    return found


def _end_of_tail(shape: PointerShape) -> int:
    """Return where the room of a flexible array member ends, as far as that is a number."""
    found = tail_of(shape.element)
    if found is None or found[1].capacity is None or found[1].capacity.names:
        return 0
    return found[0] + count(found[1].capacity, {}) * found[1].unit


def beyond_memory(number: object) -> bool:
    """Tell whether a number of elements is below 0, or more than is ever allocated."""
    return isinstance(number, int) and not isinstance(number, bool) and not 0 <= number <= LARGEST


def count(clause: Expression, scope: Mapping[str, object]) -> int:
    """Return the number of elements that a `length` or `capacity` clause stands for: 0 for a NULL that tells it."""
    number = clause.evaluate(scope)
    if number is None:
        return 0
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= LARGEST:
        message = f"`{clause.text}` is {show(number)}, which is not a number of elements from 0 to {LARGEST}"
        raise EvaluationError(message, clause.span)
    return number


def count_after(clause: Expression, after: Mapping[str, object], before: Mapping[str, object]) -> int | None:
    """Return the length that the values after the call tell; None where the pointer to it was NULL."""
    told = clause.evaluate(after, before)
    if told is None:
        return None
    if isinstance(told, bool) or not isinstance(told, int):
        raise EvaluationError(
            f"`{clause.text}` is {show(told)}, which is not a number of elements", clause.span
        )
    return int(told)
