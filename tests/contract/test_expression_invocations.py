"""What expressions see of a callback's invocations: what it left, and within `old` what came in."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidance.contract.expression import RecordWithBefore, Unavailable, parse
from abidance.core.span import Span

SPAN = Span(Path("c.yaml"), 1, 1, 1, 2)


def called(*numbers):
    each = [RecordWithBefore({"n": after, "result": 0}, {"n": came}) for came, after in numbers]
    return RecordWithBefore({"calls": each}, {"calls": [one.before for one in each]})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("all(old(c.n) == most for c in next.calls)", True),
        ("all(c.n == most for c in next.calls)", False),
        ("sum(c.n for c in next.calls)", 5),
        ("old(sum(c.n for c in next.calls))", 8),
        ("old(next.calls[1].n) - next.calls[1].n", 1),
        ("old(next.calls)[0].n", 4),
        ("len(old(next.calls))", 2),
        ("sum(c.n + old(n) for c in next.calls)", 7),
        ("[old(c.n) - c.n for c in next.calls if old(c.n) > c.n]", [2, 1]),
        ("old(record.next.calls[0].n)", 4),
        ("old(other.calls)", 9),
    ],
)
def test_old_is_what_came_in(text, value):
    after = {"next": called((4, 2), (4, 3)), "n": 5, "most": 4, "other": {"calls": 7}}
    after["record"] = {"next": after["next"]}
    before = {**after, "next": object(), "n": 1, "record": {}, "other": {"calls": 9}}

    assert parse(text, SPAN).evaluate(after, before) == value


def test_what_came_in_is_shown_beside_what_was_left():
    found = parse("all(old(c.n) == 4 for c in next.calls)", SPAN)
    told = found.explain({"next": called((4, 2), (3, 1))}, {"next": Unavailable("not called yet")})

    assert told[0][1] == "false, at c = {.n = 1, .result = 0}, old(c) = {.n = 3}"
