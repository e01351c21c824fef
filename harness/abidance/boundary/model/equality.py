"""Whether what came back is what a contract writes out."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from abidance.boundary.model.values import FixedText

if TYPE_CHECKING:
    from collections.abc import Sequence


def equal(actual: object, expected: object) -> bool:
    """Tell whether a value is the expected one, as far as that says something: fields left out are not compared.

    NaN equals NaN whatever its payload, and a zero with a minus sign only such a zero. Text in a larger array
    ends at its NUL, behind which nothing has a meaning.
    """
    match actual, expected:
        case dict(), dict():
            return all(name in actual and equal(actual[name], value) for name, value in expected.items())
        case bytes(), FixedText():
            return actual.partition(b"\0")[0] == expected.partition(b"\0")[0]
        case bytes(), bytes():
            return actual == expected
        case list() | bytes(), list() | bytes():
            return _elements_equal(actual, expected)
        case int() | float() | Fraction(), float():
            return _reals_equal(actual, expected)
    return bool(actual == expected)


def _elements_equal(actual: Sequence[object], expected: Sequence[object]) -> bool:
    return len(actual) == len(expected) and all(
        equal(one, other) for one, other in zip(actual, expected, strict=True)
    )


def _reals_equal(actual: float | Fraction, expected: float) -> bool:
    if math.isnan(expected):
        return isinstance(actual, float) and math.isnan(actual)
    if expected == 0 and math.copysign(1, expected) < 0:
        return isinstance(actual, float) and actual == 0 and math.copysign(1, actual) < 0
    return actual == expected
