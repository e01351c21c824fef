"""What counts as the same: near misses on both sides of each tolerance."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from abidance.boundary.model.types import ArrayShape, ScalarShape
from abidance.checks.evidence.answers import difference
from abidance.checks.evidence.sameness import SAME, Sameness

pytestmark = pytest.mark.unit

DOUBLE = ScalarShape("float", 8, 8, True, "double", -math.inf, math.inf)
FLOAT = ScalarShape("float", 4, 4, True, "float", -math.inf, math.inf)
INT = ScalarShape("int", 2, 2, True, "short", -32768, 32767)


def same(how, one, other, shape=DOUBLE):
    return difference(shape, one, other, how=how) is None


@pytest.mark.parametrize(
    ("how", "one", "other", "expected"),
    [
        (SAME, 0.0, -0.0, False),
        (Sameness(relative=0.0), 0.0, -0.0, True),
        (SAME, math.nan, -math.nan, True),
        (SAME, 1.0, math.nextafter(1.0, 2), False),
        (Sameness(ulps=1), 1.0, math.nextafter(1.0, 2), True),
        (Sameness(ulps=1), 1.5, math.nextafter(math.nextafter(1.5, 2), 2), False),
        (Sameness(ulps=2), 1.5, math.nextafter(math.nextafter(1.5, 2), 2), True),
        (Sameness(ulps=1), 5e-324, -0.0, True),
        (Sameness(ulps=1), 5e-324, -5e-324, False),
        (Sameness(ulps=1 << 30), math.inf, 1.7e308, False),
        (Sameness(absolute=0.5), 1.0, 1.5, True),
        (Sameness(absolute=0.5), 1.0, 1.501, False),
        (Sameness(relative=0.1), 100.0, 109.9, True),
        (Sameness(relative=0.1), 100.0, 112.0, False),
        (Sameness(absolute=1e300, ulps=1), math.nan, 1.0, False),
    ],
)
def test_numbers(how, one, other, expected):
    assert same(how, one, other) is expected
    assert same(how, other, one) is expected


def test_units_in_the_last_place_are_those_of_the_type():
    step = float(Fraction(1, 1 << 23))

    assert same(Sameness(ulps=1), 1.0, 1.0 + step, FLOAT)
    assert not same(Sameness(ulps=1), 1.0, 1.0 + step, DOUBLE)
    assert not same(Sameness(ulps=1), 1.0, 1.0 + 2 * step, FLOAT)


def test_whole_numbers_are_exact_unless_a_place_says_otherwise():
    assert not same(Sameness(relative=1e-3), 30000, 30001, INT)
    assert same(Sameness(absolute=2, integers=True), 30000, 30002, INT)
    assert not same(Sameness(absolute=2, integers=True), 30000, 30003, INT)


SAMPLES = ArrayShape(INT, 4, 8, 2)


def test_samples_and_bytes_are_near_each_other_one_by_one():
    how = Sameness(absolute=1, integers=True)

    assert same(how, [1, 2, 3, 4], [2, 1, 3, 5], SAMPLES)
    found = difference(SAMPLES, [1, 2, 3, 4], [1, 2, 5, 4], how=how)
    assert (found.at, found.inner.one, found.inner.other) == (2, 3, 5)
    block = ArrayShape(ScalarShape("int", 1, 1, False, "unsigned char", 0, 255), 3, 3, 1)
    assert same(how, b"abc", b"bbb", block)
    assert difference(block, b"abc", b"abe", how=how).at == 2


def test_what_has_no_order_is_the_same_in_any_and_as_often():
    how = Sameness(unordered=True)

    assert same(how, [3, 1, 2, 1], [1, 1, 2, 3], SAMPLES)
    assert not same(how, [3, 1, 2, 1], [1, 2, 2, 3], SAMPLES)
    assert not same(how, [1, 2], [1, 2, 2], SAMPLES)
    assert not same(SAME, [3, 1, 2, 1], [1, 1, 2, 3], SAMPLES)


def test_texts_of_one_form_are_the_same_and_one_of_another_is_not():
    how, text = Sameness(like=r"at 0x[0-9a-f]+"), ArrayShape(INT, 1, 32, 1)

    assert same(how, b"at 0x12", b"at 0x7ffe", text)
    assert not same(how, b"at 0x12", b"at nowhere", text)
    assert not same(how, b"at nowhere", b"at last", text)
    assert same(how, b"at nowhere", b"at nowhere", text)
    assert not same(SAME, b"at 0x12", b"at 0x7ffe", text)
