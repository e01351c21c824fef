"""What an expression has for a value, and how it is told that it has none: never an internal error."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abidance.boundary.model.float_formats import Exact
from abidance.boundary.model.values import ROOM, SOMEWHERE, named
from abidance.contract.expression import EvaluationError, Unavailable, parse
from abidance.core.errors import AbidanceError
from abidance.core.span import Span
from tiers import depth, one_of_each

SPAN = Span.at(Path("c.yaml"), 1)
ANYTHING = {
    "i": 3, "z": 0, "neg": -5, "wide": 2**127 - 1, "t": True, "e": named(3, {3: "E_THREE"}), "huge": 2**4000,
    "f": 2.5, "minus": -0.0, "nan": math.nan, "inf": math.inf, "ninf": -math.inf,
    "long": Exact(2**16383, 1), "tiny": Exact(1, 2**16400), "third": Exact(1, 3),
    "s": b"abc", "empty": b"", "one": b"a", "xs": [1, 2, 3], "ys": [math.nan, 1.5],
    "r": {"a": 1, "q": None, "xs": [1], "u": Unavailable("gone")}, "rs": [{"a": 1}, {"a": math.nan}],
    "p": SOMEWHERE, "room": ROOM, "none": None, "u": Unavailable("gone"), "errno": 0, "result": 5,
}  # fmt: skip
WRITTEN = """1 0 -1 0.1 1e308 1e999 2**2000 2**4090 99999999999999999999 b'a' 'x' null true [] range(10)
range(-10**30,10**30,10**29) r.a r.q r.u rs[0].a rs[-1].a r.xs[0] xs[0] s[0]"""
LEAVES = st.sampled_from([*ANYTHING, *WRITTEN.split()])
SIGNS = "+ - * / // % ** << >> & | ^ == != < <= > >= in and or"
SHAPES = st.sampled_from([
    *(f"({{}} {sign} {{}})" for sign in SIGNS.split(" ")),
    "({} not in {})", "({} < {} <= {})", "(-{})", "(~{})", "(+{})", "(not {})", "({})[{}]", "({})[{}:{}]", "({})[::{}]",
    *(f"{name}({{}})" for name in ("abs", "len", "sum", "min", "max", "all", "any", "is_utf8", "lower", "old")),
    "matches({}, '[a-c]*')",
    *(f"{name}({{}}, {{}})" for name in ("min", "max", "range", "implies")),
    *(f"{name}({{}} for v in {{}})" for name in ("all", "any", "sum", "max")),
    "[{}, {}]", "[v for v in {} if {}]", "({} if {} else {})", "(1 << {})", "(2 ** {})", "([0] * {})", "('ab' * {})",
])  # fmt: skip


@st.composite
def texts(draw, depth=3):
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        return draw(LEAVES)
    shape = draw(SHAPES)
    return shape.format(*(draw(texts(depth=depth - 1)) for _ in range(shape.count("{}"))))


@pytest.mark.slow
@settings(max_examples=depth(300), deadline=None)
@given(texts())
def test_any_expression_on_any_values_has_a_value_or_a_declared_error(text):
    try:
        expression = parse(text, SPAN)
    except AbidanceError:
        return
    for ask in (expression.literals, expression.narrowings, expression.scenarios):
        ask({"i": 3})
    for ask in (
        expression.evaluate,
        expression.holds,
        expression.explain,
        *(claim.says for claim in expression.claims),
    ):
        try:
            ask(ANYTHING, ANYTHING)
        except EvaluationError as error:
            refused = error.diagnostics[0]
        else:
            continue
        assert refused.labels
        assert refused.message


def value(text, **names):
    return parse(text, SPAN).evaluate(ANYTHING | names)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i < 2**2000", True),
        ("i < 2**4095", True),
        ("sum([huge, -huge, 1])", 1),
        ("5 >> 2**100", 0),
        ("-5 >> 2**100", -1),
        ("range(10**30) == 3 or true", EvaluationError),
        ("range(10**30) == range(10**30)", EvaluationError),
        ("[0] * 10**12 == []", EvaluationError),
        ("range(10**12) * 0 == []", EvaluationError),
        ("0.5 in range(10**30)", False),
        ("3.0 in range(10**30)", True),
        ("2**2000 in range(10)", False),
        ("2**2000 in range(2**2001)", True),
        ("long in range(2**4000)", False),
        ("third in range(1)", False),
        ("inf in range(3) or ninf in range(3) or nan in range(3)", False),
        ("sum([huge, 0.5])", EvaluationError),
        ("range(10**30)[10**31]", EvaluationError),
        ("i ** long", EvaluationError),
        ("long * 2 > long", True),
        ("1 // minus", EvaluationError),
        ("1 << neg", EvaluationError),
        ("inf // 1 == inf // 1", False),
        ("~t", -2),
        ("p == p", EvaluationError),
        ("p != null", True),
        ("rs == rs", True),
        ("ys == ys", True),
        ("nan == nan", False),
        ("r == r", EvaluationError),
        ("[r.a] == r.xs", True),
        ("xs == b'\\x01\\x02\\x03'", True),
        ("s == 'abc' and s[0] == 'a' and s[-1] == 99 and s[:-1] == 'ab' and s[-2:] == 'bc'", True),
        ("1 < i < 3", False),
        ("1 < i <= 3 == e", True),
    ],
)
def test_arithmetic_at_its_limits(text, expected):
    if expected is EvaluationError:
        with pytest.raises(EvaluationError):
            value(text)
    else:
        assert value(text) == expected


LIMITS = """
functions:
  small: {params: {x: {}}, ensures: [x < 2**2000, x > -2**2000, "implies(x == 2**2000, result == 1)"]}
  real: {params: {x: {range: [0, 10]}}, requires: [x < 2**2000, "x not in [2**4000]"], ensures: [x * 1.0 < 2**2000]}
  bytes: {params: {p: {in: bytes, length: n}, n: {range: [0, 8]}}, ensures: ["implies(n > 2**900, p[2**900] == 1)"]}
"""
LIMITS_HEADER = """
#include <stddef.h>
int small(int x);
double real(double x);
int bytes(const char *p, size_t n);
"""
LIMITS_SOURCE = """
int small(int x) { return x; }
double real(double x) { return x; }
int bytes(const char *p, size_t n) { return n ? *p : 0; }
"""


@pytest.mark.slow
def test_numbers_beyond_every_type_are_numbers_like_any_other(small):
    ended = small.run(LIMITS_HEADER, LIMITS_SOURCE, LIMITS)

    assert (ended.status, ended.codes) == (0, []), ended.text


CLAUSES = [
    "small: {params: {x: {range: [0, 2**2000]}}}",
    "small: {params: {x: {one_of: [2**2000]}}}",
    "small: {params: {x: {}}, returns: {one_of: [2**2000]}}",
    "small: {params: {x: {}}, returns: {status: {ok: [2**2000]}}}",
    "small: {params: {x: {}}, examples: [{x: 2**2000}]}",
    "small: {params: {x: {}}, examples: [{x: 1, returns: 2**2000}]}",
    "small: {params: {x: {}}, rejects: [{when: {x: 2**2000}, returns: 0}]}",
    "real: {params: {x: {range: [0, 2**2000]}}}",
    "real: {params: {x: {one_of: [2**2000]}}}",
    "real: {params: {x: {}}, examples: [{x: 2**2000}]}",
    "real: {params: {x: {}}, examples: [{x: 1, returns: 1 / 0}]}",
    "real: {params: {x: {}}, ensures: [2**4000 * 1.5 > x]}",
    "real: {params: {x: {}}, ensures: [1 << (x < 1)]}",
    "bytes: {params: {p: {in: bytes, length: n * 2**2000}, n: {}}}",
    "bytes: {params: {p: {in: bytes, length: n, max: 2**2000}, n: {}}}",
    "bytes: {params: {p: {in: bytes, length: 2**70}, n: {}}}",
    "bytes: {params: {p: {in: bytes, length: 1 << 62}, n: {}}}",
    "bytes: {params: {p: {in: bytes, length: -1}, n: {}}}",
    "bytes: {params: {p: {in: bytes, length: n // 0}, n: {}}}",
    "bytes: {params: {p: {in: bytes, length: 1.5}, n: {}}}",
    "bytes: {params: {p: {in: bytes, length: n, nullable: 1 // (n - n)}, n: {}}}",
    "bytes: {params: {p: {in: bytes, length: n, nullable: p}, n: {}}}",
    "bytes: {params: {p: {in: bytes, length: n}, n: {}}, requires: [n]}",
    "bytes: {params: {p: {in: bytes, length: n}, n: {}}, requires: [p]}",
    "bytes: {params: {p: {in: bytes, length: n}, n: {}}, ensures: [sum(range(10**30)) == n]}",
]


def last_key(clause):
    return re.findall(
        r"\b(range|one_of|status|examples|rejects|max|nullable|requires|ensures|length)\b", clause
    )[-1]


@pytest.mark.slow
@pytest.mark.parametrize("clause", one_of_each(CLAUSES, kind=last_key))
def test_a_clause_of_any_number_is_lawful_or_an_error_at_its_line(clause, small):
    small.write(LIMITS_HEADER, f"functions:\n  {clause}\n")
    small.compile(LIMITS_SOURCE)
    for command in ("check", "run"):
        ended = small.command(command, *(["--max-examples", "3", "--seed", "1"] if command == "run" else ()))

        assert ended.status in (0, 1, 2, 3), ended.text
        assert ended.status == 0 or "it.contract.yaml:" in ended.text, ended.text


REALS = """
functions:
  tenth: {returns: {one_of: [0.1, 0.2]}}
  below: {params: {x: {range: [0, 0.1]}}, returns: {range: [0, 0.1]}}
  long_: {params: {x: {range: [0.1, 1e300]}}, returns: {one_of: [0.1, 0.2]}}
"""
REALS_HEADER = """
float tenth(void);
float below(float x);
long double long_(long double x);
"""
REALS_SOURCE = """
float tenth(void) { return TENTH; }
float below(float x) { return 0.1f + MORE; }
long double long_(long double x) { return x > 1 ? 0.2L : 0.1L + MORE; }
"""


@pytest.mark.full
def test_limits_are_rounded_to_the_type_that_has_them(small):
    ended = small.run(REALS_HEADER, REALS_SOURCE, REALS, flags=["-DTENTH=0.1f", "-DMORE=0"])
    assert (ended.status, ended.codes) == (0, []), ended.text

    small.compile(REALS_SOURCE, "-DTENTH=0.10000001f", "-DMORE=1e-8f")
    for function in ("tenth", "below", "long_"):
        ended = small.command("run", "--function", function)
        assert (ended.status, ended.codes) == (1, ["ABD322"]), ended.text
