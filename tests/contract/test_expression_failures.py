"""Expressions that have no value: an error at its column, never a crash and never a wrong answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidance.boundary.model.values import SOMEWHERE
from abidance.contract.expression import EvaluationError, Unavailable, parse
from abidance.core.catalogue import EXPRESSION_FAILED
from abidance.core.span import Span
from tiers import full

pytestmark = pytest.mark.unit

NAMES = {
    "x": b"abc",
    "r": {"q": None, "n": 1},
    "n": 0,
    "f": 1.5,
    "xs": [1, 2],
    "h": object(),
    "one": b"\x00",
    "mark": SOMEWHERE,
}


def failure(text, before=None, **names):
    expression = parse(text, Span.at(Path("c.yaml"), 1, 1, len(text)))
    with pytest.raises(EvaluationError) as caught:
        expression.evaluate(NAMES | names, before)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code is EXPRESSION_FAILED
    span = diagnostic.span
    return text[span.column - 1 : span.end_column - 1], diagnostic.message


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("1 + 1 // n", "1 // n", "division by zero"),
        ("1 % n == 0", "1 % n", "division by zero"),
        ("0 ** -1", "0 ** -1", "division by zero"),
        ("1 + x[9]", "x[9]", "index 9 is outside `x`, which has 3 elements"),
        ("one[-2]", "one[-2]", "index -2 is outside `one`, which has 1 element"),
        ("r.q.z", "r.q.z", "`r.q` is null, so it has no `z`"),
        ("r.nn", "r.nn", "there is no field `nn` in this value"),
        ("n.z", "n.z", "a value that is not a record has no field `z`"),
        ("zz + 1", "zz", "`zz` has no value here"),
        ("len(r.q)", "len(r.q)", "null has no length"),
        ("r.q < 3", "r.q < 3", "null is compared with a number"),
        ("x == 3", "x == 3", "a run of bytes is compared with a number"),
        ("xs < [null]", "xs < [null]", "a number is compared with null"),
        ("xs < 1", "xs < 1", "a list is compared with a number"),
        ("r == 3", "r == 3", "a record is compared with a number"),
        (
            "mark == 3",
            "mark == 3",
            "a pointer to what is not described, or was not read is compared with a number",
        ),
        ("h == x", "h == x", "an opaque value is compared with a run of bytes"),
        ("-r.q", "r.q", "null where a number is needed"),
        ("x + 1", "x + 1", "a run of bytes where a number is needed"),
        ("x + r.q", "x + r.q", "null is added to a run of bytes"),
        (
            "mark + x",
            "mark + x",
            "a pointer to what is not described, or was not read is added to a run of bytes",
        ),
        ("x % 3", "x % 3", "a run of bytes where a number is needed"),
        ("f << 1", "f << 1", "a fraction where an integer is needed"),
        ("1 << -1", "1 << -1", "a shift by a negative number of bits"),
        ("xs[f]", "xs[f]", "a fraction where an integer is needed"),
        ("xs[::0]", "xs[::0]", "the step of a slice is zero"),
        ("n[0]", "n[0]", "a number has no elements"),
        ("x and n", "x", "a run of bytes is neither true nor false; compare it, with `null` or by its `len`"),
        ("not r.q", "r.q", "null is neither true nor false; compare it, with `null` or by its `len`"),
        ("max([])", "max([])", "an empty list has neither a least nor a greatest element"),
        ("min(1, x)", "min(1, x)", "a run of bytes where a number is needed"),
        ("all(x for x in n)", "n", "a number has no elements"),
        ("n in n", "n in n", "a number has no elements"),
        ("r.q in x", "r.q in x", "null is searched for in bytes"),
        ("matches(n, 'a')", "matches(n, 'a')", "a number where bytes are needed"),
        ("is_utf8(n)", "is_utf8(n)", "a number where bytes are needed"),
        ("lower(n)", "lower(n)", "a number where bytes are needed"),
        ("join([b'a', n])", "join([b'a', n])", "a number where bytes are needed"),
        ("range(1, 2, n)", "range(1, 2, n)", "the step of a range is zero"),
        ("(-8) ** 0.5", "(-8) ** 0.5", "the result is not a real number"),
        ("old(n)", "old(n)", "there are no values from before the call here"),
    ],
)
def test_the_smallest_part_without_a_value_is_named(text, place, message):
    assert failure(text) == (place, message)


def test_the_reason_of_an_unavailable_value_is_told():
    assert failure("1 + n", n=Unavailable("`n` is not written")) == ("n", "`n` is not written")


def test_a_condition_must_be_a_truth_value():
    expression = parse("x", Span.at(Path("c.yaml"), 1))

    assert expression.holds({"x": 3}) is True
    with pytest.raises(EvaluationError, match='the condition is "abc", which is neither true nor false'):
        expression.holds({"x": b"abc"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2 ** 5000", "the result has more than 4096 bits"),
        ("10 ** 10 ** 10", "the result has more than 4096 bits"),
        ("1 << 5000", "the result has more than 4096 bits"),
        ("3 << (1 << 62)", "the result has more than 4096 bits"),
        ("(1 << 4000) * (1 << 4000)", "the result has more than 4096 bits"),
        ("-(1 << 4095) - (1 << 4095) - (1 << 4095)", "the result has more than 4096 bits"),
        ("sum([1 << 4095] * 10)", "the result has more than 4096 bits"),
        ("1e300 ** 9", "the result is too large"),
        ("(1 << 4000) / 3", "the result is too large"),
        ("[0] * 10 ** 9", "this looks at more than 1000000 elements"),
        ("b'a' * (1 << 40)", "this looks at more than 1000000 elements"),
        ("join([b'a' * 1000] * 2000)", "this looks at more than 1000000 elements"),
        ("sum(range(1 << 40))", "this looks at more than 1000000 elements"),
        ("sum(range(10 ** 30))", "the range is too long"),
        ("len(range(10 ** 30))", "the range is too long"),
        ("all(i >= 0 for i in range(1 << 40))", "this looks at more than 1000000 elements"),
        full(
            "all(true for i in range(5000) for j in range(5000))", "this looks at more than 1000000 elements"
        ),
        ("[[0] * 1000 for i in range(2000)]", "this looks at more than 1000000 elements"),
        (
            "[xs for i in range(100000)] == [xs for i in range(100000)]",
            "this looks at more than 1000000 elements",
        ),
        ("any(x in ys for x in range(2000))", "this looks at more than 1000000 elements"),
    ],
)
def test_bombs_do_not_go_off(text, message):
    # One that goes off takes hours, or all of the memory.
    assert failure(text, xs=list(range(50)), ys=[-1] * 2000)[1] == message


def test_values_that_nest_without_end_are_an_error():
    endless = []
    endless.append(endless)
    other = []
    other.append(other)

    assert failure("a == b", a=endless, b=other)[1] in {
        "the values nest too deeply",
        "this looks at more than 1000000 elements",
    }
