"""The values under a source line, for whoever wants to know why."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path

import pytest

from abidance.contract.expression import parse, show
from abidance.core.span import Span

pytestmark = pytest.mark.unit


def explained(text, before=None, constants=(), **names):
    expression = parse(text, Span.at(Path("c.yaml"), 1, 1, len(text)))
    labels = expression.explain(names, before, constants=constants)
    return [(text[span.column - 1 : span.end_column - 1], words) for span, words in labels]


def test_each_side_of_an_equation_is_taken_apart():
    found = explained(
        'result == (request.route in ["/quote", "/book"] and request.payload_bytes < 4096)',
        result=True,
        request={"route": b"/quote", "payload_bytes": 4096},
    )

    assert found == [
        ("result", "true"),
        ('request.route in ["/quote", "/book"]', 'true ("/quote" in {"/quote", "/book"})'),
        ("request.payload_bytes < 4096", "false (4096 < 4096)"),
    ]


def test_the_operands_of_a_plain_comparison_are_shown():
    assert explained("len(out) <= cap", out=b"abc", cap=2) == [("len(out)", "3"), ("cap", "2")]
    assert explained("0 < n <= 9", n=12) == [("n", "12")]


def test_what_was_not_looked_at_is_not_shown():
    assert explained("implies(ok, n > 3)", ok=True, n=2) == [("ok", "true"), ("n > 3", "false (2 > 3)")]
    assert explained("p != null and p.n > 3", p=None) == [("p != null", "false (null != null)")]
    assert explained("a > 0 or b > 0", a=1, b=1) == [("a > 0", "true (1 > 0)")]
    assert explained("x == (a if c else b)", x=1, a=1, b=2, c=False) == [
        ("x", "1"),
        ("c", "false"),
        ("b", "2"),
    ]


def test_constants_explain_themselves():
    assert explained("reason != RG_OK", reason=0, RG_OK=0, constants={"RG_OK"}) == [("reason", "0")]


def test_a_loop_tells_where_it_stopped():
    assert explained("all(b < 128 for b in buf)", buf=b"a\xff") == [
        ("all(b < 128 for b in buf)", "false, at b = 255")
    ]
    assert explained("n == 1 or any(x > 2 for x in xs)", n=0, xs=[1, 3]) == [
        ("n == 1", "false (0 == 1)"),
        ("any(x > 2 for x in xs)", "true, at x = 3"),
    ]


def test_old_values_are_shown():
    assert explained("n == old(n) + 1", {"n": 4}, n=6) == [("n", "6"), ("old(n) + 1", "5")]


def test_a_part_without_a_value_has_no_label():
    assert explained("p.n == n", p=None, n=1) == [("n", "1")]


class Colour(IntEnum):
    RED = 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "null"), (True, "true"), (-3, "-3"), (1.5, "1.5"), (Colour.RED, "RED"),
        (b"", '""'), (b'/q"\\\n\x00\xff', '"/q\\"\\\\\\n\\x00\\xff"'), ("é", '"\\xc3\\xa9"'),
        (bytes(range(65, 91)) * 4, '"ABCDEFGHIJKLMNOP" ... "STUVWXYZ" (104 bytes)'),
        ([1, [2]], "{1, {2}}"), (range(20), "{0, 1, 2, 3, 4, 5, 6, 7, ..., 16, 17, 18, 19} (20 elements)"),
        ({"n": 1, "p": None}, "{.n = 1, .p = null}"), (1 << 300, "a number of 301 bits"),
    ],
)  # fmt: skip
def test_values_are_shown_as_c_shows_them(value, shown):
    assert show(value) == shown
