"""What the language leaves out of Python, and the words for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidance.contract.expression import FUNCTIONS, parse
from abidance.core.catalogue import BAD_EXPRESSION
from abidance.core.errors import UsageError
from abidance.core.span import Span

pytestmark = pytest.mark.unit

CALLS = (
    "an expression may call `abs`, `all`, `any`, `implies`, `is_utf8`, `join`, `len`, `lower`, `matches`, `max`, "
    "`min`, `old`, `range`, `sum`; what calls of the library have to do with each other is a law (`laws`), "
    "and what one tells of another stands under `requires` and `ensures`; "
    "a law asks in a step, `a = f(x)`, and makes others `if a.result > 0`"
)


def refusals(text, **options):
    with pytest.raises(UsageError) as caught:
        parse(text, Span.at(Path("c.yaml"), 1, 1, len(text)), **options)
    assert {diagnostic.code for diagnostic in caught.value.diagnostics} == {BAD_EXPRESSION}
    return [
        (
            text[d.span.column - 1 : d.span.end_column - 1],
            " | ".join(filter(None, [d.message, d.labels[0].text, d.help])),
        )
        for d in caught.value.diagnostics
    ]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a and (lambda: 1)", "lambda: 1", "`lambda` is not part of the expression language"),
        ("(n := 3)", "n := 3", "assignment with `:=` is not part of the expression language"),
        ("f'{a}'", "f'{a}'", "an f-string is not part of the expression language"),
        ("len(*a)", "*a", "`*` before an argument is not part of the expression language"),
        ("{1: 2}", "{1: 2}", ("a mapping in braces is not part of the expression language | in a step of a law fields "
         "are arguments, `f(record.field=value)`; compared they are one by one")),
        ("a in {1, 2}", "{1, 2}", "a set in braces is not part of the expression language"),
        ("a @ b", "a @ b", "`@` is not part of the expression language"),
        ("p is null", "p is null", "`is` is not part of the expression language | write `==` or `!=`"),
        ("await a", "await a", "`await` is not part of the expression language"),
        ("...", "...", "this constant is not part of the expression language"),
        ("1j", "1j", "this constant is not part of the expression language"),
        ("a[1, 2]", "a[1, 2]", "an index is one number"),
        ("().__class__", "().__class__", "`__class__` is not part of the expression language"),
        ("a.__dict__", "a.__dict__", "`__dict__` is not part of the expression language"),
        ("__builtins__", "__builtins__", "`__builtins__` is not part of the expression language"),
        ("(1).real", "(1).real", "`real` is a field, and only a named value has fields"),
        ("min(a, b).n", "min(a, b).n", "`n` is a field, and only a named value has fields"),
        ("__import__('os')", "__import__", f"unknown function `__import__` | {CALLS}"),
        ("lenn(a)", "lenn", f"unknown function `lenn` | did you mean `len`? | {CALLS}"),
        ("sizeof(a, b)", "sizeof", f"unknown function `sizeof` | {CALLS}"),
        ("a.startswith(b)", "a.startswith",
         f"`startswith` cannot be called: values have fields, not methods | {CALLS}"),
        ("a[0](1)", "a[0]", f"this cannot be called | {CALLS}"),
        ("len(a, b)", "len(a, b)", "`len` takes 1 argument, not 2 | len(x)"),
        ("implies(a)", "implies(a)", "`implies` takes 2 arguments, not 1 | implies(a, b)"),
        ("range()", "range()", "`range` takes 1 to 3 arguments, not 0 | range(start, stop, step)"),
        ("max()", "max()", "`max` takes at least 1 argument, not 0 | max(x, y, ...)"),
        ("max(a, key=b)", "max(a, key=b)", "`max` takes its arguments by position, not by name"),
        ("matches(a)", "matches(a)", '`matches` takes 2 arguments, not 1 | matches(x, "REGEX")'),
        ("matches(a, b)", "b", 'the form of `matches` is written out, in quotes | matches(x, "REGEX")'),
        ("matches(a, 'a(')", "'a('",
         "the form is no regular expression: missing ), unterminated subpattern at position 1"),
        ("old(old(a))", "old(a)", "`old` inside `old`"),
        ("len(a for a in b)", "(a for a in b)",
         "a comprehension belongs in `all`, `any`, `sum`, `min`, `max`, `join` or brackets"),
        ("all(a for a, b in c)", "a, b", "a comprehension names one variable"),
        ("9" * 1300, "9" * 1300, "a number of more than 4096 bits"),
    ],
)  # fmt: skip
def test_python_that_the_language_does_not_have(text, place, message):
    assert refusals(text) == [(place, message)]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a &&b", "&", "invalid syntax | write `and` for `&&`"),
        ("a || b", "|", "invalid syntax | write `or` for `||`"),
        ("a => b", "=", "invalid syntax | write `implies(a, b)` for `a => b`, or `>=` to compare"),
        ("a ==> b", ">", "invalid syntax | write `implies(a, b)` for `a => b`, or `>=` to compare"),
        ("a =< b", "=", "invalid syntax | write `<=` to compare"),
        ("!a", "!", "invalid syntax | write `not` for `!`"),
        ("p->n > 3", "->", "invalid syntax | write `.` for `->`"),
        ("a ? b : c", "?", "invalid syntax | write `a if condition else b` for `condition ? a : b`"),
        ("a = 3", "=", "invalid syntax | write `==` to compare"),
        ("10u > a", "0", "invalid decimal literal | a number has no suffix here"),
        ("a == 010", "0", (
            "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal "
            "integers | write an octal number with `0o`"
        )),
        ("(int)a", "a", "invalid syntax | casts are not part of the language"),
        ("sizeof a == 4", "a", "invalid syntax | write `sizeof(TYPE)`, with the name of a type"),
        ("in > 3", "in", "invalid syntax | if `in` is a C name, write it `in_`"),
        ("len(from) > 3", "from", "invalid syntax | if `from` is a C name, write it `from_`"),
        ("a + b <", "<", "it ends too early"),
        ("a +\n", "+", "it ends too early"),
        ("a or\nb and\n", "and"[-1], "it ends too early"),
        ("(a or b", "(", "`(` was never closed"),
        ("a) or (b", ")", "unmatched `)`"),
        ("a == 'b", "'", "unterminated string literal"),
        ("9" * 5000, "9", "a number with too many digits"),
    ],
)  # fmt: skip
def test_what_does_not_parse_says_why_and_what_c_programmers_meant(text, place, message):
    assert refusals(text) == [(place, f"the expression does not parse: {message}")]


def test_every_refusal_is_collected():
    assert [place for place, _ in refusals("lenn(a) + f'{b}' + c.__d__")] == ["lenn", "f'{b}'", "c.__d__"]


def test_before_the_call_there_is_no_result():
    assert refusals("result > old(n) + errno", after=False) == [
        ("result", "`result` has no value before the call"),
        ("old(n)", "`old` has no meaning before the call | values here are from before the call"),
        ("errno", "`errno` has no value before the call"),
    ]


def test_brackets_cannot_be_closed_from_inside():
    assert refusals("a\n) or (\nb")[0][1] == "the expression closes a bracket that it does not open"


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_empty_expression_is_refused(text):
    assert refusals(text)[0][1] == "the expression is empty"


@pytest.mark.parametrize(
    "text",
    [
        "-" * 5000 + "1",
        "1" + "+1" * 500,
        "not " * 300 + "a",
        "abs(" * 90 + "1" + ")" * 90,
        "[" * 90 + "]" * 90,
    ],
)
def test_nesting_is_bounded(text):
    (_, message) = refusals(text)[0]

    assert "nests deeper than 80 levels" in message or "too large to parse" in message


def test_length_is_bounded():
    assert refusals("a or " * 3000 + "a")[0][1] == "the expression is longer than 8192 characters"


def test_every_function_says_what_it_does():
    for name, function in FUNCTIONS.items():
        assert function.signature.startswith(f"{name}(")
        assert function.doc[0] in "`abcdefghijklmnopqrstuvwxyz"
        assert not function.doc.endswith(".")
