"""Contents are made as small as they still fail, with the numbers that count their parts."""

from __future__ import annotations

import pytest

from abidance.run.search.shrink_contents import shrunk

pytestmark = pytest.mark.unit


def test_parts_are_left_out_wherever_they_are():
    assert shrunk(b"some text {with} a brace {", lambda raw: raw.count(b"{") == 2) == b"{{"


def test_a_length_follows_what_is_left_out():
    def one_too_far(raw):
        return len(raw) >= 3 and raw[0] == 7 and raw[1] == 0 and raw[2] == len(raw) - 2

    assert shrunk(bytes([7, 0, 7, 1, 2, 3, 4, 5, 6]), one_too_far) == bytes([7, 0, 1])


def test_what_must_be_there_stays_and_what_need_not_is_plain():
    assert shrunk(b"XYkey=value\xff", lambda raw: b"key" in raw and len(raw) > 6) == b"aakeyaa"


def test_what_cannot_be_smaller_is_left_as_it_is():
    asked = []

    def only(raw):
        asked.append(raw)
        return raw == b"abc"

    assert shrunk(b"abc", only) == b"abc"
    assert b"abc" not in asked
