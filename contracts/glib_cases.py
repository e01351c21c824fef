"""Values for `glib.contract.yaml`."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

_code = st.sampled_from(
    (
        0,
        1,
        0x61,
        0x7F,
        0x80,
        0xE9,
        0x7FF,
        0x800,
        0x20AC,
        0xD7FF,
        0xE000,
        0xFFFF,
        0x10000,
        0x1F600,
        0x10FFFF,
        0x80000000,
    )
) | st.integers(1, 0xD7FF)
codes = st.lists(_code, max_size=8)
"""Characters in UCS-4, now and then NUL or what is none."""

_unit = st.sampled_from((0, 0x61, 0xE9, 0x800, 0xD7FF, 0xE000, 0xFFFF)).map(lambda unit: [unit])
_pair = st.sampled_from(((0xD800, 0xDC00), (0xD83D, 0xDE00), (0xDBFF, 0xDFFF))).map(list)
_half = st.sampled_from(([0xD800], [0xDBFF], [0xDC00], [0xDFFF], [0xDC00, 0xD800]))
units = st.lists(_unit | _unit | _pair | _pair | _half, max_size=4).map(
    lambda parts: [unit for part in parts for unit in part][:8]
)
"""Text in UTF-16, now and then with half of a pair."""

_schemes = st.sampled_from(("", "http:", "a+b.c-9:", "HTTP:", "mailto:", "file:", "1a:"))
_hosts = st.sampled_from(
    (
        "",
        "//h",
        "//h:80",
        "//h:",
        "//u@h",
        "//u:p@a.b:0",
        "//[::1]:8",
        "//",
        "//u%41@h",
        "//h:65535",
        "//h:65536",
    )
)
_paths = st.sampled_from(
    ("", "/", "/a", "/a/b", "a/b", "/%41", "/a%2fb", "/a%20", "/%", "/%zz", "/a:b@c", "a", "/%C3%A9")
)
_queries = st.sampled_from(("", "?", "?a=b&c", "?a?b", "?a/b", "?%41", "?a%3Db"))
_fragments = st.sampled_from(("", "", "#", "#f", "#a?b/c", "#%41"))
uris = st.tuples(_schemes, _hosts, _paths, _queries, _fragments).map("".join) | st.text(
    "ah:/?#@[]%41.-", max_size=10
)
"""References of few parts, some of which are wrong."""

names = st.lists(st.from_regex("/{0,2}[ab]?(/[ab])?/{0,2}", fullmatch=True), max_size=4)
"""Names of folders and files, with slashes before and behind them."""


def _day(day: dt.date) -> bytes:
    """Return a day, and what the calendar says of it."""
    number, first = day.timetuple().tm_yday, day.replace(month=1, day=1)
    since_monday, since_sunday = first.weekday(), (first.weekday() + 1) % 7
    weeks = (
        (number + since_monday - 1) // 7 + (since_monday == 0),
        (number + since_sunday - 1) // 7 + (since_sunday == 0),
    )
    last = day == dt.date.max or (day + dt.timedelta(1)).day == 1
    serial = day.toordinal()
    return bytes(
        (
            *(day.day, day.month, day.year >> 8, day.year & 255),
            *(day.isoweekday(), number >> 8, number & 255, day.isocalendar().week),
            *weeks,
            *(serial >> 16, serial >> 8 & 255, serial & 255),
            last,
        )
    )


_ends = st.sampled_from((1, 2, 7, 58, 59, 60, 359, 362, 363, 364, 365))
_at_ends = st.tuples(
    st.integers(1583, 2600) | st.sampled_from((1000, 1001, 1004, 1200, 1600, 1900, 2000, 9998)), _ends
).map(lambda of: dt.date(of[0], 1, 1) + dt.timedelta(of[1] - 1))
dates = (_at_ends | st.dates(dt.date(1000, 1, 1), dt.date(9998, 12, 31))).map(_day)
"""Days, many of them near the ends of years and months, each with its weekday and the like."""
