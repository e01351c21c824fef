from __future__ import annotations

import pytest

from abidance.core.durations import clock, in_words, parse_duration

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("90s", 90), ("0.5", 0.5), ("10m", 600), ("10min", 600), ("1h30m", 5400), ("1m30s", 90)],
)
def test_a_duration_is_read_as_people_write_it(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "0", "0s", "-1", "soon", "5 m x", "1d", "m", "٣s", "1e3", "inf"])
def test_what_is_no_duration_is_an_error(text):
    with pytest.raises(ValueError, match="is no duration"):
        parse_duration(text)


def test_it_is_shown_as_a_clock_and_in_words():
    assert [clock(seconds) for seconds in (0, 9.4, 80, 7380)] == ["0:00", "0:09", "1:20", "2:03:00"]
    assert [in_words(seconds) for seconds in (0.5, 60, 90, 600, 7200)] == [
        "0.5 s",
        "60 s",
        "90 s",
        "10 min",
        "2 h",
    ]
