"""What plain scalars mean: YAML 1.2's core schema."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abidance.contract.source.nodes import resolve

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("~", None), ("null", None), ("NULL", None),
        ("true", True), ("False", False),
        ("0", 0), ("-12", -12), ("+3", 3), ("0x1F", 31), ("0o17", 15), ("0b101", 5), ("-0x10", -16),
        ("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0), ("-2.5E-1", -0.25),
        (".inf", math.inf), ("-.inf", -math.inf),
    ],
)  # fmt: skip
def test_nulls_bools_and_numbers_are_what_they_look_like(text, value):
    found = resolve(text)

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    ["yes", "no", "on", "off", "Yes", "y", "1_000", "0x", "1 << 32", "2027-06-30", "1:30", "-", "+", "."],
)
def test_everything_else_is_text(text):
    assert resolve(text) == text


def test_a_leading_zero_is_neither_ten_nor_eight():
    assert resolve("010") == "010"
    assert resolve("010.5") == "010.5"


def test_a_number_with_too_many_digits_stays_text():
    assert isinstance(resolve("9" * 5000), str)


@given(st.text())
def test_any_text_has_a_meaning(text):
    value = resolve(text)

    assert value is None or isinstance(value, bool | int | float) or value == text
