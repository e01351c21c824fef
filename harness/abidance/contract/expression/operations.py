"""The operators, on the values of `environment`: bounded, and refusing what has no clear meaning.

Text is bytes throughout. Python's `//` and `%` round down, `/` is exact division; integers have no width, up to
MAX_BITS. What has no value in these bounds is an OperationError, whatever the operands: nothing that Python raises by
itself leaves this module.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from fractions import Fraction
from typing import Any

from abidance.contract.expression.environment import AnotherLives, PlaceValue, RecordValue, Unavailable
from abidance.contract.expression.errors import OperationError
from abidance.ir.layout import AddressConstant

MAX_BITS = 4096  # of an integer result
MAX_FRACTION_BITS = 1 << 17  # of a fraction: a `long double` alone may take 16,445
MAX_STEPS = 1_000_000  # elements looked at in one evaluation

OPAQUE = "an opaque value"
NUMBERS = (int, float, Fraction)
Number = int | float | Fraction

Spend = Callable[[int], None]
"""Counts elements against MAX_STEPS and raises OperationError when they run out."""


def plain(value: object) -> object:
    """Return a value of the environment as expressions see it: text is bytes."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    if isinstance(value, Unavailable):
        raise OperationError(value.reason)
    return value


def describe(value: object) -> str:
    """Return what kind of value this is, in the words of an error message."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, NUMBERS):
        return "a number"
    if isinstance(value, bytes):
        return "a run of bytes"
    if isinstance(value, Sequence):
        return "a list"
    if isinstance(value, PlaceValue):
        return "a pointer"
    if isinstance(value, Enum):  # what stands in the place of data says what it is
        return str(getattr(value, "description", OPAQUE))
    return "a record" if isinstance(value, (Mapping, RecordValue)) else OPAQUE


def truth(value: object) -> bool:
    """Return whether a condition holds; only numbers are conditions.

    C takes an empty buffer for true and Python for false, so neither is guessed.
    """
    if isinstance(value, NUMBERS):
        return bool(value)
    raise OperationError(
        f"{describe(value)} is neither true nor false; compare it, with `null` or by its `len`"
    )


def number(value: object) -> Number:
    """Return the value if it is a number."""
    if isinstance(value, NUMBERS):
        return value
    raise OperationError(f"{describe(value)} where a number is needed")


def alike(left: object, right: object) -> tuple[Number, Number]:
    """Return two numbers; beside a fraction, a float becomes the fraction that it is, so that nothing is rounded."""
    pair = number(left), number(right)
    if any(isinstance(each, Fraction) for each in pair):
        one, other = (
            Fraction(each) if isinstance(each, float) and math.isfinite(each) else each for each in pair
        )
        return one, other
    return pair


def integer(value: object) -> int:
    """Return the value if it is a whole number."""
    if isinstance(value, int):
        return value
    kind = "a fraction" if isinstance(value, float | Fraction) else describe(value)
    raise OperationError(f"{kind} where an integer is needed")


def sequence(value: object) -> Sequence[object]:
    """Return the value if it has elements."""
    if isinstance(value, Sequence):
        return value
    raise OperationError(f"{describe(value)} has no elements")


def length(items: Sequence[object]) -> int:
    """Return how many elements there are; a range may have more than any list holds."""
    try:
        return len(items)
    except OverflowError:
        raise OperationError("the range is too long") from None


def bounded(value: object) -> object:
    """Return a result of arithmetic, or refuse it: too wide, or complex."""
    if isinstance(value, int):
        _refuse_wide(value.bit_length())
    elif isinstance(value, Fraction):
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_FRACTION_BITS:
            raise OperationError("the result has too many digits")
    elif isinstance(value, complex):
        raise OperationError("the result is not a real number")
    return value


def _refuse_wide(bits: int) -> None:
    if bits > MAX_BITS:
        raise OperationError(f"the result has more than {MAX_BITS} bits")


def add(left: object, right: object, spend: Spend) -> object:
    """Add numbers, or join two runs of bytes or two lists."""
    if isinstance(left, bytes) and isinstance(right, bytes):
        spend(len(left) + len(right))
        return left + right
    if isinstance(left, Sequence) and isinstance(right, Sequence) and not isinstance(left, bytes):
        spend(length(left) + length(right))
        return [*left, *right]
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Sequence) and not isinstance(other, (Sequence, *NUMBERS)):
            raise OperationError(f"{describe(other)} is added to {describe(one)}")
    return operator.add(*alike(left, right))


def multiply(left: object, right: object, spend: Spend) -> object:
    """Multiply numbers, or repeat bytes or a list."""
    if isinstance(right, Sequence):
        left, right = right, left
    if isinstance(left, Sequence):
        times = max(integer(right), 0)
        spend(min(length(left) * max(times, 1), MAX_STEPS + 1))
        return left * times if isinstance(left, bytes) else list(left) * times
    return operator.mul(*alike(left, right))


def power(left: object, right: object, _spend: Spend) -> object:
    """Raise to a power whose result is bounded before it is computed."""
    base, exponent = number(left), number(right)
    if isinstance(base, int) and isinstance(exponent, int) and abs(base) > 1:
        _refuse_wide((base.bit_length() - 1) * exponent)
    # A power is seldom exact, and may have any number of digits.
    base, exponent = (float(each) if isinstance(each, Fraction) else each for each in (base, exponent))
    return base**exponent


def shift_left(left: object, right: object, _spend: Spend) -> object:
    """Shift by a bounded number of bits."""
    value, bits = integer(left), integer(right)
    if value:
        _refuse_wide(value.bit_length() + bits)
    return value << (bits if value else min(bits, 0))


def shift_right(left: object, right: object, _spend: Spend) -> object:
    """Shift by any number of bits; the sign is kept."""
    value, bits = integer(left), integer(right)
    return value >> min(bits, MAX_BITS)


def _on_numbers(operation: Callable[[object, object], object]) -> Callable[[object, object, Spend], object]:
    return lambda left, right, _spend: operation(*alike(left, right))


def _on_integers(operation: Callable[[int, int], object]) -> Callable[[object, object, Spend], object]:
    return lambda left, right, _spend: operation(integer(left), integer(right))


BINARY: Mapping[type[ast.operator], Callable[[object, object, Spend], object]] = {
    ast.Add: add,
    ast.Sub: _on_numbers(operator.sub),
    ast.Mult: multiply,
    ast.Div: _on_numbers(operator.truediv),
    ast.FloorDiv: _on_numbers(operator.floordiv),
    ast.Mod: _on_numbers(operator.mod),
    ast.Pow: power,
    ast.LShift: shift_left,
    ast.RShift: shift_right,
    ast.BitOr: _on_integers(operator.or_),
    ast.BitAnd: _on_integers(operator.and_),
    ast.BitXor: _on_integers(operator.xor),
}
UNARY: Mapping[type[ast.unaryop], Callable[[object], object]] = {
    ast.Not: lambda value: not truth(value),
    ast.USub: lambda value: -number(value),
    ast.UAdd: lambda value: +number(value),
    ast.Invert: lambda value: ~int(integer(value)),
}


def binary(kind: type[ast.operator], left: object, right: object, spend: Spend) -> object:
    """Apply an arithmetic or bit operator; Python's own refusals become OperationError."""
    try:
        return bounded(BINARY[kind](left, right, spend))
    except ZeroDivisionError:
        raise OperationError("division by zero") from None
    except OverflowError:
        raise OperationError("the result is too large") from None
    except ValueError:
        raise OperationError("a shift by a negative number of bits") from None


def same(left: object, right: object, spend: Spend) -> bool:
    """Return whether two values are equal; refuse values of kinds that are never equal.

    A number equals a run of one byte with that value (`route[0] == "/"`), bytes equal a list of their
    values, and null equals only null. In lists and records, which C has no `==` for, NaN equals NaN.
    """
    if isinstance(left, NUMBERS) and isinstance(right, NUMBERS):
        return left == right
    left, right = plain(left), plain(right)
    if left is None or right is None:
        return left is right
    if isinstance(left, bytes) and isinstance(right, bytes):
        return left == right
    if isinstance(left, Sequence) and isinstance(right, Sequence):
        spend(min(length(left), length(right)))
        return len(left) == len(right) and all(_alike(a, b, spend) for a, b in zip(left, right, strict=True))
    if isinstance(left, NUMBERS) or isinstance(right, NUMBERS):
        left, right = _numbers(left, right)
        return left == right
    if isinstance(left, PlaceValue | AddressConstant) and isinstance(right, PlaceValue | AddressConstant):
        return left.address == right.address
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        spend(len(left))
        return left.keys() == right.keys() and all(_part_alike(left[n], right[n], spend) for n in left)
    if isinstance(left, AddressConstant) or isinstance(right, AddressConstant):
        return False  # what leads nowhere is no pointer to anything
    if describe(left) != describe(right):
        raise OperationError(f"{describe(left)} is compared with {describe(right)}")
    if isinstance(left, RecordValue) or isinstance(right, RecordValue):  # what does not show itself at once
        raise OperationError("two pointers are compared, of which only whether they are null is known")
    return left is right


def _part_alike(left: object, right: object, spend: Spend) -> bool:
    """Return whether two members of records are equal; one that does not live equals what does not live either."""
    dead = isinstance(left, AnotherLives), isinstance(right, AnotherLives)
    return all(dead) if any(dead) else _alike(left, right, spend)


def _alike(left: object, right: object, spend: Spend) -> bool:
    both_nan = isinstance(left, float) and isinstance(right, float) and math.isnan(left) and math.isnan(right)
    return both_nan or same(left, right, spend)


def _numbers(left: object, right: object) -> tuple[Number, Number]:
    pair = [value[0] if isinstance(value, bytes) and len(value) == 1 else value for value in (left, right)]
    if isinstance(pair[0], NUMBERS) and isinstance(pair[1], NUMBERS):
        return pair[0], pair[1]
    raise OperationError(f"{describe(left)} is compared with {describe(right)}")


def _ordered(operation: Callable[[Any, Any], bool]) -> Callable[[object, object, Spend], bool]:
    def apply(left: object, right: object, spend: Spend) -> bool:
        if isinstance(left, bytes) and isinstance(right, bytes):
            return operation(left, right)
        if isinstance(left, NUMBERS) and isinstance(right, NUMBERS):  # first, for nearly all are
            return operation(left, right)
        one, other = plain(left), plain(right)
        if isinstance(one, Sequence) and isinstance(other, Sequence):
            sizes = length(one), length(other)
            spend(min(sizes))
            for a, b in zip(one, other, strict=False):
                if not _alike(a, b, spend):
                    return apply(a, b, spend)
            return operation(*sizes)
        return operation(*_numbers(left, right))

    return apply


def contains(item: object, container: object, spend: Spend) -> bool:
    """Return whether a list has an element equal to `item`, or a run of bytes has it in it."""
    if isinstance(container, bytes):
        if isinstance(item, int):
            return 0 <= item <= 255 and item in container
        if isinstance(item, bytes):
            return item in container
        raise OperationError(f"{describe(item)} is searched for in bytes")
    elements = sequence(container)
    if isinstance(elements, range):
        value, _ = _numbers(plain(item), 0)
        # Not `isfinite`, which makes a float of the value: of a wide integer there is none.
        return -math.inf < value < math.inf and int(value) == value and int(value) in elements
    for element in elements:
        spend(1)
        if same(item, element, spend):
            return True
    return False


COMPARE: Mapping[type[ast.cmpop], Callable[[object, object, Spend], bool]] = {
    ast.Eq: same,
    ast.NotEq: lambda left, right, spend: not same(left, right, spend),
    ast.Lt: _ordered(operator.lt),
    ast.LtE: _ordered(operator.le),
    ast.Gt: _ordered(operator.gt),
    ast.GtE: _ordered(operator.ge),
    ast.In: contains,
    ast.NotIn: lambda left, right, spend: not contains(left, right, spend),
}
