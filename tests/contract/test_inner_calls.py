"""Calls inside of a law's condition: what they are, in which order they are made, and what stands for them."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from abidance.contract.expression import EvaluationError, parse
from abidance.core.errors import UsageError
from abidance.core.span import Span

pytestmark = pytest.mark.unit


def of(text):
    return parse(text, Span(Path("x.yaml"), 1, 1, 1, 1 + len(text)), calls=True)


def calls(text):
    return [
        (each.name, each.function, [(k and k[0], e.text) for k, e in each.arguments])
        for each in of(text).calls
    ]


def test_the_innermost_call_is_made_first_and_its_result_is_what_the_next_one_takes():
    assert calls("st_parse(st_print(x), n=2) == x") == [
        ("st_print(x)", "st_print", [(None, "x")]),
        ("st_parse(st_print(x), n=2)", "st_parse", [(None, "st_print(x).result"), ("n", "2")]),
    ]


def test_a_call_that_is_written_twice_is_made_twice():
    assert [name for name, *_ in calls("f(x) == f(x)")] == ["f(x)", "f(x)#2"]


def test_what_a_call_leaves_stands_in_its_place():
    expression = of("len(f(g(x).out)) == 3 and g(x).left == 1")

    fields = {"f(g(x).out)": {"result": b"abc"}, "g(x)": {"out": b""}, "g(x)#2": {"left": 1}}
    assert expression.holds(fields)
    assert [each.text for each in expression.claims] == ["len(f(g(x).out)) == 3", "g(x).left == 1"]
    with pytest.raises(EvaluationError):
        expression.evaluate({})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("all(f(x) for x in xs)", "a call in a loop"),
        ("f(lambda: 1)", "`lambda` is not part of the expression language"),
        ("f(x).out.append(1)", "`append` cannot be called"),
    ],
)
def test_what_is_no_call_of_a_law(text, told):
    with pytest.raises(UsageError, match=told):
        of(text)


def test_without_calls_a_function_of_c_is_none_of_the_language():
    with pytest.raises(UsageError, match="unknown function `st_print`"):
        parse("st_print(x)", Span(Path("x.yaml"), 1, 1, 1, 12))


def before(text):
    return parse(text, Span(Path("x.yaml"), 1, 1, 1, 1 + len(text)), after=False, calls=True)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("any(f(x, n) == n for n in [A, 3])", ["f(x, A)", "f(x, 3)"]),
        ("any(f(x, n) == 1 and g(n) for n in [A, B])", ["f(x, A)", "g(A)", "f(x, B)", "g(B)"]),
        ("x == 3 or all(f(n).out > 0 for n in [A])", ["f(A)"]),
        ("all(any(f(n, m) for m in [1, 2]) for n in [A, B])", ["f(A, 1)", "f(A, 2)", "f(B, 1)", "f(B, 2)"]),
        ("any(f(g(n)) > 0 for n in [A, B])", ["g(A)", "f(g(A))", "g(B)", "f(g(B))"]),
        ("any(f(n) for n in [x, x])", ["f(x)", "f(x)#2"]),
    ],
)
def test_what_is_asked_of_each_in_a_written_list_is_written_for_each(text, names):
    assert [each.name for each in before(text).calls] == names


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("any(f(n) == n for n in [1, 2])", True),
        ("all(f(n) == n for n in [1, 2])", False),
        ("all(f(n) == n for n in [1, 2] if n != 1)", True),
        ("any(f(n) == n for n in [1, 2] if n < 2)", False),
        ("not any(f(n) == n for n in [1, 2])", False),
    ],
)
def test_it_holds_of_one_or_of_all(text, holds):
    told = {"f(1)": {"result": 0}, "f(2)": {"result": 2}}

    assert before(text).holds(told, told) is holds


@pytest.mark.parametrize(
    "text",
    [
        "any(f(n) for n in xs)",
        "any(f(n) for n in range(3))",
        "sum(f(n) for n in [1, 2]) > 0",
        "any(f(n) for n in [])",
        "any(all(f(n) for n in [1]) and n for n in [1, 2])",
        f"any(f(n) for n in {[*range(33)]})",
    ],
)
def test_other_loops_are_refused_before_the_call(text):
    with pytest.raises(UsageError, match="in a loop") if "all(" not in text else contextlib.nullcontext():
        before(text)
