"""What is left to work out of a condition on what calls tell, and what the worker makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidance.boundary.values.formulas import as_formula
from abidance.contract.expression import EvaluationError, parse
from abidance.core.span import Span
from abidance.plan.formula import NumberLeft, Operator, SavedNumber, is_whole, worked_out

pytestmark = pytest.mark.unit

GIVEN = {"index": 3, "more": 2, "TEXT": 7, "text": b"x"}


def condition(text):
    return parse(text, Span.at(Path("c.yaml"), 1, 1, len(text)), calls=True)


def formula(text):
    """Return the formula of a condition in which `f(x)` is what the call has left, and `g(y)` is in slot 0."""
    found = condition(text)
    asked = frozenset(call.name for call in found.calls)
    postponed = found.postponed(asked)
    assert postponed is not None
    saved = [SavedNumber(slot, 4, signed=True) for slot in (0, 1)]
    told = {"f(x)": NumberLeft(), "g(y)": saved[0], "at(x, f(x) - 1)": saved[1]}
    return as_formula(postponed.tokens(GIVEN), {text: told[text.partition("#")[0]] for text in asked})


def numbers(text):
    """Return the numbers up to 20 that a call may tell for which a condition holds; `g(y)` is then -2."""
    made = formula(text)
    assert is_whole(made)
    return [n for n in range(21) if worked_out(made, n, [(1 << 32) - 2, 5])]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("index < f(x)", range(4, 21)),
        ("index + 1 < f(x)", range(5, 21)),
        ("9 - f(x) >= index", range(7)),
        ("5 <= index <= f(x)", []),
        ("1 < f(x) < index", [2]),
        ("f(x) != TEXT", [*range(7), *range(8, 21)]),
        ("f(x) in [TEXT, 2, 300]", [2, 7]),
        ("f(x) not in [0, 20]", range(1, 20)),
        ("f(x) in range(3, 6)", [3, 4, 5]),
        ("f(x)", range(1, 21)),
        ("not f(x)", [0]),
        ("f(x) != null", range(1, 21)),
        ("f(x) == true", [1]),
        ("f(x) & 4", [4, 5, 6, 7, 12, 13, 14, 15, 20]),
        ("f(x) & ~1 == more << 1", [4, 5]),
        ("2 * f(x) > index * 10", range(16, 21)),
        ("f(x) % 7 == 0", [0, 7, 14]),
        ("-f(x) // 4 == -1", range(1, 5)),
        ("f(x) + g(y) < 3", range(5)),
        ("max(f(x), index, more) == index", range(4)),
        ("abs(f(x) - 10) < 2", [9, 10, 11]),
        ("f(x) == (TEXT if g(y) < 0 else 1)", [7]),
        ("g(y) < f(x) < 2", [0, 1]),
        ("100 // f(x) >= 10", range(1, 11)),
        ("1 << f(x) == 8", [3]),
        ("at(x, f(x) - 1) > f(x)", range(5)),
        ("implies(f(x), f(x) > 18)", [0, 19, 20]),
    ],
)
def test_the_numbers_for_which_it_holds(text, found):
    assert numbers(text) == [*found]


@pytest.mark.parametrize("text", ["f(x) / 2 == 1", "index in [f(x), 2]", "f(x).n == 1", "text[f(x)] == 1"])
def test_what_does_more_than_work_with_whole_numbers_is_not_put_off(text):
    found = condition(text)

    assert found.postponed(frozenset(call.name for call in found.calls)) is None


@pytest.mark.parametrize(
    ("text", "told", "found"),
    [
        ("f(x) == text", b"x", True),
        ("text == f(x)", b"xx", False),
        ("f(x) != ''", b"", False),
        ("f(x) in ['r', text]", b"x", True),
        ("f(x) not in ['r', text]", b"w", True),
        ("f(x) == null or f(x) == 'w'", b"w", True),
        ("f(x) != null", b"", True),
    ],
)
def test_a_text_is_compared_with_known_ones(text, told, found):
    expression = condition(text)
    asked = frozenset(call.name for call in expression.calls)
    postponed = expression.postponed(asked, asked)
    assert postponed is not None
    left = dict.fromkeys(asked, NumberLeft())
    made = as_formula(postponed.tokens(GIVEN), left, lambda each: int(each.text == told))

    assert worked_out(made, 0x1000, []) == found


@pytest.mark.parametrize(
    ("text", "told", "found"),
    [
        ("f(x) <= 1.5", 1.5, 1),
        ("f(x) <= 1.5", 1.6, 0),
        ("f(x) <= 1.5", float("nan"), 0),
        ("2 * f(x) - 1 in [2, index]", 2.0, 1),
        ("f(x) & 1", 1.0, None),
        ("abs(f(x)) < index", -2.5, 1),
    ],
)
def test_fractions_are_worked_out(text, told, found):
    assert worked_out(formula(text), told, [0, 0]) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("f(x) == text", "compared with a run of bytes, or one of too many digits"),
        ("f(x) < 1 << 70", "a number of more than 64 bits"),
        ("f(x) in [n for n in range(65)]", "among more than 64 others"),
        ("f(x) in TEXT", "is looked for in a number"),
    ],
)
def test_what_is_known_must_be_whole_numbers(text, message):
    with pytest.raises(EvaluationError, match=message):
        formula(text)


def test_a_number_that_grows_without_end_has_no_value():
    doubled = (NumberLeft(), *(each for _ in range(9) for each in (200, Operator.SHIFT_LEFT)))

    assert worked_out(doubled, 1, []) is None


@pytest.mark.parametrize("steps", [(), (Operator.ADD,), (1, 2), (1, Operator.ADD), (1, 2, Operator.CHOICE)])
def test_what_comes_to_no_number_is_no_formula(steps):
    assert not is_whole(steps)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("implies(f(x), index > 2)", [["f(x)"], ["index > 2"]]),
        ("not implies(f(x), index > 2)", [["f(x)", "index > 2"]]),
        ("index and (f(x) or g(x))", [["index", "f(x)"], ["index", "g(x)"]]),
    ],
)
def test_alternatives_of_implications(text, parts):
    found = condition(text)

    assert [[each.text for each in one] for one in found.alternatives] == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("(f(x) or a) and (g(x) or b)", ["f(x) or a", "g(x) or b"]),
        ("f(x) and g(x) and (f(x) or a)", ["f(x) and g(x) and (f(x) or a)"]),
        ("not (f(x) and a or g(x) and b)", ["not (f(x) and a)", "not (g(x) and b)"]),
        ("a and (f(x) or b) and b and (g(x) or a) and b", ["a and (f(x) or b)", "b and (g(x) or a) and b"]),
        ("not implies(f(x) or a, g(x) and b)", ["f(x) or a", "not (g(x) and b)"]),
        ("not not ((f(x) or a) and (g(x) or b))", ["f(x) or a", "g(x) or b"]),
    ],
)
def test_conditions_that_hold_one_after_the_other(text, parts):
    found = condition(text)

    assert [each.text for each in found.in_turn(frozenset(["f(x)", "g(x)"]))] == parts
