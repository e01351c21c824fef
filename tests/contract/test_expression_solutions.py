"""Of which numbers that a call tells a condition holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidance.contract.expression import EvaluationError, parse
from abidance.core.span import Span

pytestmark = pytest.mark.unit

LOWEST, HIGHEST = 0, 255
GIVEN = {"index": 3, "more": 2, "TEXT": 7, "text": b"x"}


def solution(text):
    condition = parse(text, Span.at(Path("c.yaml"), 1, 1, len(text)), calls=True)
    return condition.solved([call.name for call in condition.calls])


def told(text):
    found = solution(text)
    assert found is not None
    return found.ranges(GIVEN, LOWEST, HIGHEST)


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("index < f(x)", ((4, 255),)),
        ("f(x) >= index", ((3, 255),)),
        ("index + 1 < f(x)", ((5, 255),)),
        ("f(x) - more > index", ((6, 255),)),
        ("9 - f(x) >= index", ((0, 6),)),
        ("0 <= index <= f(x)", ((3, 255),)),
        ("5 <= index <= f(x)", ()),
        ("1 < f(x) < index", ((2, 2),)),
        ("f(x) == TEXT", ((7, 7),)),
        ("f(x) != TEXT", ((0, 6), (8, 255))),
        ("f(x) in [TEXT, 2, 300]", ((2, 2), (7, 7))),
        ("f(x) not in [0, 255]", ((1, 254),)),
        ("f(x)", ((1, 255),)),
        ("not f(x)", ((0, 0),)),
        ("not index < f(x)", ((0, 3),)),
        ("f(x) != null", ((1, 255),)),
        ("f(x) == true", ((1, 1),)),
    ],
)
def test_the_numbers_of_which_it_holds(text, ranges):
    assert told(text) == ranges


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("f(x) == g(y)", ((0, 0),)),
        ("f(x) < g(y) + more", ((-8, 1),)),
        ("not f(x) == g(y)", ((-8, -1), (1, 8))),
    ],
)
def test_two_calls_are_compared_by_their_difference(text, ranges):
    found = solution(text)

    assert (found.call, found.less) == ("f(x)", "g(y)")
    assert found.ranges(GIVEN, -8, 8) == ranges


@pytest.mark.parametrize(
    "text",
    [
        "f(x) & 4",
        "2 * f(x) > index",
        "f(x) + g(x) < 9",
        "index in [f(x), 2]",
        "f(x) < g(x) < 9",
        "f(x).n == 1",
    ],
)
def test_what_does_more_than_compare_is_not_solved(text):
    assert solution(text) is None


def test_what_is_no_number_has_no_solution():
    with pytest.raises(EvaluationError, match="what is no whole number"):
        told("f(x) == text")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("implies(f(x), index > 2)", [["f(x)"], ["index > 2"]]),
        ("not implies(f(x), index > 2)", [["f(x)", "index > 2"]]),
        ("index and (f(x) or g(x))", [["index", "f(x)"], ["index", "g(x)"]]),
    ],
)
def test_alternatives_of_implications(text, parts):
    condition = parse(text, Span.at(Path("c.yaml"), 1, 1, len(text)), calls=True)

    assert [[each.text for each in one] for one in condition.alternatives] == parts
