"""What an expression tells whoever generates calls."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abidance.contract.expression import parse
from abidance.core.span import Span

pytestmark = pytest.mark.unit

LIMITS = {"LIMIT": 4096, "RG_OK": 0}


def parsed(text):
    return parse(text, Span.at(Path("c.yaml"), 1))


def spelled(operand):
    return f"len({operand.path})" if operand.length else operand.path


def mined(text):
    return [
        (found.value, found.operand and spelled(found.operand)) for found in parsed(text).literals(LIMITS)
    ]


def narrowed(text):
    found = parsed(text).narrowings(LIMITS)
    facts = [f"{spelled(f.operand)} {f.operator} {f.value!r}" for f in found.facts]
    return facts + [
        f"{spelled(r.left)} {r.operator} {spelled(r.right)}" for r in found.relations
    ], found.complete


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("request.payload_bytes < 4096", [(4096, "request.payload_bytes")]),
        ("len(route) > 0", [(0, "len(route)")]),
        ("x in [b'a', 'b', 3]", [(b"a", "x"), (b"b", "x"), (3, "x")]),
        ("x < LIMIT - 1", [(4095, "x")]),
        ("1 << 32 >= x", [(1 << 32, "x")]),
        ("x == RG_OK", [(0, "x")]),
        ("0 < x <= 9", [(0, "x"), (9, "x")]),
        ("x in range(2, 10)", [(2, "x"), (9, "x")]),
        ("x + 3 < cap", [(3, None)]),
        ("x + 3 < 10", [(10, None), (3, None)]),
        ("result == (kind == 2 and n < 8)", [(2, "kind"), (8, "n")]),
        ("implies(not result, reason != 7)", [(7, "reason")]),
        ("all(b < 128 for b in buf)", [(128, "buf[]")]),
        ("all(row.n != 5 for row in rows if row.k > 1)", [(1, "rows[].k"), (5, "rows[].n")]),
        ("buf[:4] == b'\\x89PNG'", [(b"\x89PNG", "buf"), (4, "len(buf)")]),
        ("buf[4] == 7", [(7, None), (5, "len(buf)")]),
        ("buf[n - 1:] == x", [(1, None)]),
        ("old(n) < 3", [(3, None)]),
        ("p != null and ok == true", []),
        ("1.5 < f", [(1.5, "f")]),
    ],
)
def test_constants_come_with_what_they_are_compared_with(text, found):
    assert mined(text) == found


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("n > 0", ["n > 0"]),
        ("0 < n <= LIMIT and len(r.route) < 256", ["n > 0", "n <= 4096", "len(r.route) < 256"]),
        ("kind in [1, 2] and kind not in (3,)", ["kind in (1, 2)", "kind not in (3,)"]),
        ("ok and not done", ["ok != 0", "done == 0"]),
        ("not kind == 3 and not kind in [1]", ["kind != 3", "kind not in (1,)"]),
        ("all(x < 10 for x in xs)", ["xs[] < 10"]),
        ("p != null and true", ["p != None"]),
        ("n in range(3)", ["n in range(0, 3)"]),
        ("route[0] == 47 and b'/' in [b'/']", None),
    ],
)
def test_a_conjunction_of_facts_is_complete(text, facts):
    found, complete = narrowed(text)

    assert complete is (facts is not None)
    assert facts is None or found == facts


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("n > 0 and n * n < 100", ["n > 0"]),
        ("n > 0 and n <= cap", ["n > 0", "n <= cap"]),
        ("n > 0 or m > 0", []),
        ("n & (n - 1) == 0", []),
        ("implies(a > 0, b > 0)", []),
        ("not n < 5", []),
        ("any(x < 10 for x in xs)", []),
        ("all(x < 10 for x in xs if x)", []),
        ("n == m == 3", ["m == 3", "n == m"]),
        ("false", []),
        ("old(n) > 3", []),
    ],
)
def test_what_is_more_than_facts_is_incomplete(text, facts):
    assert narrowed(text) == (facts, False)


def test_scenarios_are_the_conditions_that_are_named_together():
    found = parsed("implies(a > LIMIT and b == 2, result == (c < 9))").scenarios(LIMITS)

    spelt = [sorted(f"{fact.operand.path} {fact.operator} {fact.value}" for fact in facts) for facts in found]
    assert ["a > 4096", "b == 2", "c < 9"] in spelt


OPERATORS = {
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "in": lambda a, b: a in b, "not in": lambda a, b: a not in b,
}  # fmt: skip
NUMBER = st.integers(-4, 4)
NAME = st.sampled_from("abc")
ORDER = st.sampled_from(["<", "<=", "==", "!=", ">", ">="])


def made(template, *parts):
    return st.tuples(*parts).map(lambda words: template.format(*words))


ATOM = st.one_of(
    made("{} {} {}", NAME, ORDER, NUMBER),
    made("{} {} {}", NUMBER, ORDER, NAME),
    made("{} in [{}, {}]", NAME, NUMBER, NUMBER),
    made("{} < {} < {}", NUMBER, NAME, NUMBER),
    made("{} + b > {}", NAME, NUMBER),
    made("{} {} {} - {}", NAME, ORDER, NAME, NAME),
    made("2 * {} {} {} - ({} - {})", NAME, ORDER, NUMBER, NAME, NAME),
    st.sampled_from(["a", "not b", "a <= c", "true"]),
)
CONDITION = st.recursive(
    ATOM,
    lambda inner: (
        made("({} {} {})", inner, st.sampled_from(["and", "and", "or"]), inner) | made("(not {})", inner)
    ),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("n == w * h", ["n == w * h"]),
        ("w * h == n", ["n == w * h"]),
        ("off + len(data) <= n", ["off <= n - len(data)", "len(data) <= n - off", "n >= off + len(data)"]),
        ("total - first > 3", ["total > 3 + first", "first < total - 3"]),
        ("length == (1 if kind == 3 else 2)", ["length == (1 if kind == 3 else 2)"]),
        ("all(each < n + 1 for each in xs)", []),
        ("n == w * h or w == 0", []),
        ("n + 1 in [w, h]", []),
    ],
)
def test_what_is_calculated_limits_each_operand_that_it_can_be_solved_for(text, found):
    calculations = ast_texts(text)

    assert calculations == found


def ast_texts(text):
    return [
        f"{spelled(c.operand)} {c.operator} {unwrapped(c.tree)}"
        for c in parse(text, Span.at(Path("c.yaml"), 1)).narrowings(LIMITS).calculations
    ]


def unwrapped(tree):
    text = ast.unparse(tree)
    return f"({text})" if isinstance(tree, ast.IfExp) else text


@given(CONDITION, st.fixed_dictionaries(dict.fromkeys("abc", NUMBER)))
def test_facts_hold_where_the_expression_does_and_complete_facts_are_enough(text, values):
    expression = parsed(text)
    found = expression.narrowings()
    holds = expression.holds(values)
    kept = all(OPERATORS[fact.operator](values[fact.operand.path], fact.value) for fact in found.facts)
    kept_relations = all(
        OPERATORS[r.operator](values[r.left.path], values[r.right.path]) for r in found.relations
    )

    kept_calculations = all(
        OPERATORS[c.operator](values[c.operand.path], parsed(ast.unparse(c.tree)).evaluate(values))
        for c in found.calculations
    )

    assert not holds or (kept and kept_relations and kept_calculations)
    assert not (found.complete and kept) or holds
