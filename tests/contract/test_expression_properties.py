"""The evaluator against Python itself, and against whatever text comes along."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abidance.contract.expression import EvaluationError, parse
from abidance.core.errors import AbidanceError
from abidance.core.span import Span
from tiers import depth

pytestmark = pytest.mark.unit

SPAN = Span.at(Path("c.yaml"), 1)
NAMES = {
    "n": 3, "m": -7, "z": 0, "t": True, "f": 2.5, "s": b"abc", "e": b"", "xs": [1, 2, 3], "none": None,
}  # fmt: skip
PYTHON = {
    "__builtins__": {},
    **{function.__name__: function for function in (abs, all, any, len, max, min, range, sum)},
}
ARITHMETIC = st.sampled_from(["+", "-", "*", "//", "%", "&", "|", "^"])
SHIFT = st.sampled_from(["<<", ">>", "**"])
ORDER = st.sampled_from(["<", "<=", "==", "!=", ">", ">="])
MEMBERSHIP = st.sampled_from(["in", "not in"])
SMALL = st.integers(-3, 6)

# Of each kind of value: what it begins with, and how it is made of others.
GRAMMAR = {
    "number": (
        st.one_of(st.integers(-20, 300), st.sampled_from(["n", "m", "z", "0xff", "s[0]", "xs[-1]"])),
        [
            ("({} {} {})", "number", ARITHMETIC, "number"),
            ("({} {} {})", "number", SHIFT, SMALL),
            ("{}({})", st.sampled_from(["-", "~", "+", "abs"]), "number"),
            ("{}({}, {})", st.sampled_from(["min", "max"]), "number", "number"),
            ("({} if {} else {})", "number", "truth", "number"),
            ("len({})", "run"),
            ("{}[{}]", "run", "number"),
            ("{}[{}]", "list", "number"),
            ("sum({})", "list"),
        ],
    ),
    "run": (
        st.one_of(st.sampled_from(["s", "e"]), st.binary(max_size=4).map(repr)),
        [
            ("({} + {})", "run", "run"),
            ("({} * {})", "run", SMALL),
            ("{}[{}:{}]", "run", SMALL, SMALL),
            ("{}[::{}]", "run", st.sampled_from([1, -1, 2])),
        ],
    ),
    "list": (
        st.sampled_from(["xs", "[]", "[3]"]),
        [
            ("[{}]", "number"),
            ("[{}, {}]", "number", "number"),
            ("[i + {} for i in {} if {} < i]", "number", "list", "number"),
            ("{}[{}:]", "list", SMALL),
            ("({} + {})", "list", "list"),
        ],
    ),
    "truth": (
        st.sampled_from(["t", "True", "False"]),
        [
            ("({} {} {})", "number", ORDER, "number"),
            ("({} < {} <= {})", "number", "number", "number"),
            ("({} {} {})", "run", ORDER, "run"),
            ("({} {} {})", "run", MEMBERSHIP, "run"),
            ("({} {} {})", "number", MEMBERSHIP, "list"),
            ("({} == {})", "list", "list"),
            ("({} {} {})", "truth", st.sampled_from(["and", "or", "==", "!="]), "truth"),
            ("implies({}, {})", "truth", "truth"),
            ("(not {})", "truth"),
            ("{}({} < i for i in {})", st.sampled_from(["all", "any"]), "number", "list"),
            ("({} == none)", "number"),
        ],
    ),
}


@st.composite
def expressions(draw, kind, depth):
    """Draw an expression of the language and the same one in Python."""
    leaves, made = GRAMMAR[kind]
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        leaf = draw(leaves)
        return leaf, leaf
    template, *parts = draw(st.sampled_from(made))
    drawn = [
        draw(expressions(part, depth - 1)) if isinstance(part, str) else (draw(part),) * 2 for part in parts
    ]
    ours, pythons = zip(*drawn, strict=True)
    in_python = "(not {} or {})" if template.startswith("implies") else template
    return template.format(*ours), in_python.format(*pythons)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")  # Python warns of an index that it can tell is none
@given(st.sampled_from(sorted(GRAMMAR)).flatmap(lambda kind: expressions(kind, 4)))
def test_an_expression_has_the_value_that_python_gives_it(pair):
    text, in_python = map(str, pair)
    try:
        found = parse(text, SPAN).evaluate(NAMES)
    except EvaluationError as error:
        found = error
        if "bits" in str(error):
            return  # Python's integers have no bound, and Python may take for ever
    try:
        expected = eval(in_python, PYTHON | NAMES)  # noqa: S307 - the text is made above, of safe parts
    except (ArithmeticError, LookupError, TypeError, ValueError):
        assert isinstance(found, EvaluationError)
    else:
        assert found == expected
        assert (type(found) is bool) is (type(expected) is bool)


WORDS = """
    n m s xs none r ( ) [ ] { } , . : + - * / // % ** << >> & | ^ ~ < <= == != > >= = := -> and or not in is
    if else for lambda yield await async import old len all any range min sum implies is_utf8 null true
    result errno 1 0 -1 0x10 1.5 1e999 99999999999 'a' b'a' "" f'{n}' ... @ ! ? $ ` \\ # __class__
    __import__ .q .n [0] [1:2] (n) é
"""
TOKENS = st.lists(st.sampled_from([*WORDS.split(), "\n", "\t", " ", "\0"]), max_size=24)


@settings(max_examples=depth(400))
@given(st.one_of(st.text(max_size=60), TOKENS.map(" ".join), TOKENS.map("".join)), st.booleans())
def test_hostile_text_is_a_value_or_a_declared_error(text, after):
    names = NAMES | {"r": {"q": None, "n": 1}, "result": 1, "errno": 0}
    try:
        expression = parse(text, SPAN, after=after)
        expression.literals()
        expression.narrowings()
        expression.scenarios()
        expression.unknown_names(["n"], lambda _parts: None)
        expression.explain(names, names)
        expression.evaluate(names, names)
        expression.holds(names, names)
    except AbidanceError as error:
        for diagnostic in error.diagnostics:
            assert diagnostic.labels
            assert diagnostic.message
            assert not diagnostic.message.endswith(".")
