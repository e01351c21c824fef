"""Contents of few letters have runs of what code looks for, and stay inside their limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abidance.generate.seeded_source import Dice
from abidance.generate.small_alphabet import ALPHABETS, few, letters_of, spelt

pytestmark = pytest.mark.unit


def test_punctuation_comes_before_letters_and_those_before_other_bytes():
    numbers = (200, 0x61, 0x20, 3, 0x2F, 70000, -1, 0, 2.5)

    assert letters_of(numbers, text=False) == b" /a\x00\x03\xc8"
    assert letters_of(numbers, text=True) == b" /a\x03"


def test_each_letter_stands_twice_in_a_row_at_both_ends_and_next_to_each_other():
    words = list(spelt(b" /"))

    assert {b"  ", b"//", b"a  a", b" a", b"a/", b" /", b"/ "} <= {*words}
    assert len(words) == len({*words})


@given(st.binary(min_size=8, max_size=8), st.integers(0, 20), st.integers(0, 40), st.binary(max_size=3))
def test_they_keep_their_limits_and_their_letters(seed, low, more, letters):
    raw = few(Dice(seed, None), low, low + more, letters)

    assert low <= len(raw) <= low + more
    assert any({*raw} <= {*alphabet} for alphabet in (*ALPHABETS, b"a" + letters))


def test_runs_of_a_space_are_common():
    texts = [few(Dice(bytes([n, 1]), None), 0, 24, b" ") for n in range(100)]

    assert sum(b"  " in text for text in texts) > 10
