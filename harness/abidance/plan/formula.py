"""Numbers that the worker works out of what calls have left: a formula, in postfix order.

It knows no names and no types: what is known before a call is a number in it already, so that each has as little to
work out as can be. What has no value, such as a division by zero, is None.
"""

from __future__ import annotations

import operator
import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

_FRACTIONS = {4: "<f", 8: "<d"}
"""Fractions as `struct` has them, by how many bytes they are."""

MOST_BITS = 256
"""A number with more bits than that has no value."""


class Operator(IntEnum):
    """What a step makes of the numbers before it. Comparisons and conditions are 1 or 0."""

    ADD = 0
    SUBTRACT = 1
    MULTIPLY = 2
    DIVIDE = 3
    """Rounded down, as `REMAINDER` is what that leaves."""
    REMAINDER = 4
    BITS_IN_BOTH = 5
    BITS_IN_EITHER = 6
    BITS_IN_ONE = 7
    SHIFT_LEFT = 8
    SHIFT_RIGHT = 9
    EQUAL = 10
    DIFFERENT = 11
    LESS = 12
    LESS_OR_EQUAL = 13
    GREATER = 14
    GREATER_OR_EQUAL = 15
    BOTH = 16
    EITHER = 17
    LEAST = 18
    MOST = 19
    NEGATIVE = 20
    INVERTED = 21
    NOT = 22
    AMOUNT = 23
    CHOICE = 24
    """Of a condition and two numbers, the first where it holds."""


@dataclass(frozen=True, slots=True)
class SavedNumber:
    """A number of so many bytes that an earlier call has saved in a slot: a whole one, or a `fraction`."""

    slot: int
    width: int
    signed: bool
    fraction: bool = False

    def read(self, unsigned: int) -> int | float:
        """Return the number that the slot holds, which was saved as an unsigned one."""
        if self.fraction:
            return fraction_of(unsigned, self.width)
        return signed_number(unsigned, self.width) if self.signed else unsigned


@dataclass(frozen=True, slots=True)
class NumberLeft:
    """The number that the call has left which the formula is about."""


Step = int | float | SavedNumber | NumberLeft | Operator
Formula = tuple[Step, ...]
Number = int | float

_OF_TWO: Mapping[Operator, Callable[[Any, Any], Number]] = {
    Operator.ADD: operator.add,
    Operator.SUBTRACT: operator.sub,
    Operator.MULTIPLY: operator.mul,
    Operator.DIVIDE: operator.floordiv,
    Operator.REMAINDER: operator.mod,
    Operator.BITS_IN_BOTH: operator.and_,
    Operator.BITS_IN_EITHER: operator.or_,
    Operator.BITS_IN_ONE: operator.xor,
    Operator.EQUAL: operator.eq,
    Operator.DIFFERENT: operator.ne,
    Operator.LESS: operator.lt,
    Operator.LESS_OR_EQUAL: operator.le,
    Operator.GREATER: operator.gt,
    Operator.GREATER_OR_EQUAL: operator.ge,
    Operator.BOTH: lambda one, other: bool(one) and bool(other),
    Operator.EITHER: lambda one, other: bool(one) or bool(other),
    Operator.LEAST: min,
    Operator.MOST: max,
}
_OF_ONE: Mapping[Operator, Callable[[Any], Number]] = {
    Operator.NEGATIVE: operator.neg,
    Operator.INVERTED: operator.invert,
    Operator.NOT: operator.not_,
    Operator.AMOUNT: abs,
}
_OF_WHOLE_NUMBERS = frozenset(
    (
        Operator.BITS_IN_BOTH,
        Operator.BITS_IN_EITHER,
        Operator.BITS_IN_ONE,
        Operator.SHIFT_LEFT,
        Operator.SHIFT_RIGHT,
        Operator.INVERTED,
    )
)


def taken_by(step: Operator) -> int:
    """Return how many numbers an operator takes."""
    return 3 if step is Operator.CHOICE else 1 if step in _OF_ONE else 2


def is_whole(formula: Sequence[Step]) -> bool:
    """Tell whether a formula comes to one number, whatever stands in the slots."""
    depth = 0
    for step in formula:
        taken = taken_by(step) if isinstance(step, Operator) else 0
        if depth < taken:
            return False
        depth += 1 - taken
    return depth == 1


def worked_out(formula: Sequence[Step], left: Number, slots: Sequence[int]) -> Number | None:
    """Return what a formula comes to, where the call has left a number; None where that has no value."""
    stack: list[Number] = []
    for step in formula:
        number: Number | None
        match step:
            case Operator():
                given = [stack.pop() for _ in range(taken_by(step))]
                number = _applied(step, given[::-1])
            case SavedNumber():
                number = step.read(slots[step.slot])
            case NumberLeft():
                number = left
            case _:
                number = step
        if number is None or (isinstance(number, int) and number.bit_length() > MOST_BITS):
            return None
        stack.append(number)
    return stack[0]


def _applied(step: Operator, numbers: list[Number]) -> Number | None:
    if step is Operator.CHOICE:
        condition, one, other = numbers
        return one if condition else other
    if step in _OF_WHOLE_NUMBERS and any(isinstance(each, float) for each in numbers):
        return None
    if step in _OF_ONE:
        return _plain(_OF_ONE[step](numbers[0]))
    one, other = numbers
    if step in (Operator.SHIFT_LEFT, Operator.SHIFT_RIGHT):
        return _shifted(step, int(one), int(other))
    if step in (Operator.DIVIDE, Operator.REMAINDER) and not other:
        return None
    try:
        return _plain(_OF_TWO[step](one, other))
    except OverflowError:
        return None  # a whole number too large to stand beside a fraction


def _shifted(step: Operator, one: int, other: int) -> int | None:
    if not 0 <= other <= MOST_BITS:
        return None
    return one << other if step is Operator.SHIFT_LEFT else one >> other


def _plain(number: Number) -> Number:
    return int(number) if isinstance(number, bool) else number


def fraction_of(unsigned: int, width: int) -> float:
    """Return the fraction that so many bytes are (IEEE 754), which were read as an unsigned number."""
    return float(struct.unpack(_FRACTIONS[width], unsigned.to_bytes(width, "little"))[0])


def signed_number(unsigned: int, width: int) -> int:
    """Return the number below 0 or above that so many bytes are, which were read as an unsigned one."""
    return unsigned - (1 << 8 * width) if unsigned >> (8 * width - 1) else unsigned
