"""Every call that is generated keeps the contract: its preconditions, limits, lengths and NULLs."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis.errors import NoSuchExample, Unsatisfiable

from abidance.boundary.model.values import ROOM, NewHandle
from abidance.boundary.values.scope import members_seen
from abidance.generate.complete import UnlawfulExampleError, complete
from abidance.generate.python_strategies import asks_python
from abidance.generate.scope import FilterLog
from abidance.generate.strategies import cases
from abidance.generate.sweep import edge_cases
from tiers import depth

QUICK = settings(
    max_examples=depth(100),
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[*HealthCheck],
)


def every(subject, check, *, of=QUICK):
    """Check the arguments of edge cases and of drawn ones."""
    boundary, function = subject
    for case in edge_cases(boundary, function):
        check(**case.arguments)

    @of
    @given(cases(boundary, function))
    def holds(case):
        check(**case.arguments)

    holds()


def some(subject, wanted, **given_):
    """Return arguments with a property, of which there must be some; not the smallest, for shrinking takes long."""
    boundary, function = subject
    found = find(
        cases(boundary, function, given=given_),
        lambda case: wanted(case.arguments),
        settings=settings(QUICK, max_examples=600, phases=[Phase.generate]),
    )
    return found.arguments


CONDITIONS = [
    ("int f(int a, int b, int c);", ["a - b > c", "2 * a == b + c"]),
    ("int f(int a, int b);", ["a > 3 and a < 100", "b != 0"]),
    ("int f(int a, int b);", ["a <= b"]),
    ("int f(unsigned off, unsigned len, unsigned n);", ["off <= n", "off + len <= n", "n <= 1000"]),
    ("int f(double x);", ["x >= 0 and x <= 1"]),
    ("int f(float x);", ["x > 0.1 and x < 0.7"]),
    ("int f(int a);", ["a in [3, 5, 900]"]),
    ("int f(int a);", ["not a in [0, 1]", "a >= 0"]),
    ("int f(uint64_t a);", ["a > 18446744073709551000"]),
    ("int f(int8_t a);", ["a % 2 == 0"]),
    ("int f(bool on, int a);", ["implies(on, a > 0)"]),
]


CALCULATED = [
    ("int f(unsigned w, unsigned h, unsigned n);", ["w <= 900", "h <= 900", "n == w * h"]),
    ("int f(unsigned off, unsigned len, unsigned n);", ["off <= 5000", "off + len <= n"]),
    ("int f(int kind, int length);", ["kind > 0", "kind < 90", "length == (1 if kind % 2 else 4 + kind)"]),
    ("int f(uint8_t a, uint8_t b, uint8_t sum);", ["a < 100", "b < 100", "sum == (a + b) % 256"]),
]


@pytest.mark.parametrize(("prototype", "requires"), CALCULATED, ids=str)
def test_what_others_determine_is_calculated(prototype, requires, function):
    boundary, made = function(prototype, f"requires: {requires!r}")
    log, drawn = FilterLog(), []

    @settings(QUICK, max_examples=60)
    @given(cases(boundary, made, log=log))
    def draw(case):
        drawn.append(case)

    draw()

    assert len(drawn) >= 40
    assert sum(log.refused.values()) < len(drawn) / 4


@pytest.mark.slow
@pytest.mark.parametrize(("prototype", "requires"), CONDITIONS, ids=str)
def test_preconditions_hold(prototype, requires, function):
    subject = boundary, made = function(prototype, f"requires: {requires!r}")

    def check(**arguments):
        scope = boundary.scope(members_seen(made.members, arguments))
        assert all(expression.holds(scope) for expression in made.requires)

    every(subject, check)


@pytest.mark.slow
@pytest.mark.parametrize(
    "requires",
    [
        "all(b < 128 for b in p)",
        "all(b >= 0x20 and b < 0x7f for b in p)",
        "all(p[i] <= p[i + 1] for i in range(n - 1))",
        "len(p) >= 3",
        "n != 4",
    ],
)
def test_preconditions_on_contents_hold(requires, function):
    subject = boundary, made = function(
        "int f(const uint8_t *p, size_t n);",
        f"params: {{p: {{in: array, length: n}}}}\nrequires: ['{requires}']",
    )

    def check(**arguments):
        assert made.requires[0].holds(boundary.scope(members_seen(made.members, arguments)))
        assert len(arguments["p"]) == arguments["n"]

    every(subject, check)


@pytest.mark.full
def test_sorted_arrays_are_made_where_they_are_asked_for(function):
    subject = function(
        "int f(const int32_t *xs, size_t n);",
        "params: {xs: {in: array, length: n}}\nrequires: ['all(xs[i] <= xs[i + 1] for i in range(n - 1))']",
    )

    def check(xs, n):
        assert xs == sorted(xs)

    every(subject, check)
    assert some(subject, lambda c: c["n"] > 4 and len(set(c["xs"])) > 3)


@pytest.mark.slow
def test_a_length_that_two_buffers_share(function):
    subject = function(
        "int f(const uint8_t *a, const uint16_t *b, size_t n);",
        "params: {a: {in: bytes, length: n}, b: {in: array, length: n}}",
    )

    def check(a, b, n):
        assert len(a) == len(b) == n

    every(subject, check)
    assert some(subject, lambda c: c["n"] > 3)


@pytest.mark.slow
def test_what_an_array_points_to_has_its_own_length_beside_one_that_two_arrays_share(function):
    subject = function(
        "int f(const uint8_t *const *parts, const int *kinds, size_t n);",
        "params: {parts: {in: array, of: {to: bytes, length: 3}, length: n}, kinds: {in: array, length: n}}",
    )

    def check(parts, kinds, n):
        assert len(parts) == len(kinds) == n
        assert all(len(part) == 3 for part in parts)

    every(subject, check)


def test_giving_one_of_them_settles_the_other(function):
    boundary, made = function(
        "int f(const uint8_t *a, const uint8_t *b, size_t n);",
        "params: {a: {in: bytes, length: n}, b: {in: bytes, length: n}}",
    )

    arguments = complete(boundary, made, {"b": b"xyz"}).arguments

    assert (len(arguments["a"]), arguments["b"], arguments["n"]) == (3, b"xyz", 3)


@pytest.mark.parametrize(
    "given_", [{"a": b"xy", "b": b"xyz"}, {"a": b"xy", "n": 3}, {"a": None}, {"n": 300}, {"b": b"x" * 300}]
)
def test_what_contradicts_the_contract_is_no_lawful_call(given_, function):
    boundary, made = function(
        "int f(const uint8_t *a, const uint8_t *b, size_t n);",
        "params: {a: {in: bytes, length: n}, b: {in: bytes, length: n}, n: {range: [0, 200]}}",
    )

    with pytest.raises(UnlawfulExampleError) as caught:
        complete(boundary, made, given_)
    assert caught.value.span is not None


@pytest.mark.slow
def test_null_only_where_it_is_lawful(function):
    subject = function(
        "int f(const uint8_t *p, size_t n, int *out);",
        "params: {p: {in: bytes, length: n, nullable: n == 0}, out: {out: int, nullable: true}}",
    )

    def check(p, n, out):
        assert p is not None or n == 0
        assert out in (None, ROOM)

    every(subject, check)
    assert some(subject, lambda c: c["p"] is None and c["out"] is None)
    assert some(subject, lambda c: c["p"] is not None and c["n"] == 0)


@pytest.mark.slow
def test_contents_fit_the_room_that_they_have(function):
    subject = function(
        "int f(int32_t *xs, size_t n, size_t cap, char *s, size_t room);",
        "params: {xs: {inout: array, length: n, capacity: cap}, s: {inout: string, capacity: room}}",
    )

    def check(xs, n, cap, s, room):
        assert len(xs) == n <= cap
        assert len(s) < room

    every(subject, check)
    assert some(subject, lambda c: c["n"] == c["cap"] > 0)
    assert some(subject, lambda c: len(c["s"]) + 1 == c["room"])


def test_strings_have_no_nul_inside(function):
    subject = function(
        "int f(const char *s);",
        "params: {s: {in: string, max: 20}}\nensures: ['implies(s == b\"yes\", result == 1)']",
    )

    def check(s):
        assert b"\0" not in s
        assert len(s) <= 20

    every(subject, check)
    assert some(subject, lambda c: c["s"] == b"yes")
    assert some(subject, lambda c: len(c["s"]) == 20)


@pytest.mark.parametrize("size", ["n - 5", "w * h * 4", "n // 2", "(n + 7) // 8"])
def test_a_length_may_be_an_expression(size, function):
    subject = boundary, made = function(
        "int f(const uint8_t *p, size_t n, size_t w, size_t h);",
        f"params: {{p: {{in: bytes, length: {size}}}}}",
    )

    def check(**arguments):
        scope = boundary.scope(members_seen(made.members, arguments))
        assert len(arguments["p"]) == made.members[0].shape.length.evaluate(scope)

    every(subject, check)


@pytest.mark.parametrize("kind", ["int8_t", "char", "int16_t", "uint64_t", "bool"])
def test_elements_fit_their_type(kind, function):
    subject = function(f"int f(const {kind} *p, size_t n);", "params: {p: {in: array, length: n}}")
    low, high = {
        "int8_t": (-128, 127), "char": (-128, 127), "int16_t": (-(1 << 15), (1 << 15) - 1),
        "uint64_t": (0, (1 << 64) - 1), "bool": (0, 1),
    }[kind]  # fmt: skip

    def check(p, n):
        assert all(low <= item <= high for item in p)

    every(subject, check)
    made = [case.arguments["p"] for case in edge_cases(*subject)]
    assert any(low in p and high in p for p in made)


@pytest.mark.slow
def test_floats_are_those_that_their_type_holds(function):
    subject = function("int f(float x, float y);", "params: {y: {range: [0, 0.1]}}")

    def check(x, y):
        assert math.isnan(x) or x in (math.inf, -math.inf) or abs(x) <= 3.4028234663852886e38
        assert 0 <= y <= 0.1

    every(subject, check)
    assert some(subject, lambda c: math.isnan(c["x"]))
    assert some(subject, lambda c: c["x"] == math.inf)


def test_invariants_of_records_hold(function):
    subject = function(
        "typedef struct range { int low, high; } range;\nint f(const range *r, range by_value);",
        "params: {r: {in: range}}",
        types="types: {range: {invariants: [low <= high]}}",
    )

    def check(r, by_value):
        assert r["low"] <= r["high"]
        assert by_value["low"] <= by_value["high"]

    every(subject, check)


@pytest.mark.parametrize(
    ("prototype", "large"), [("int f(int a, int b);", 2**31 - 2), ("int f(uint64_t a, uint64_t b);", 2**63)]
)
def test_numbers_that_are_compared_may_be_large(prototype, large, function):
    subject = function(prototype, "requires: [a < b]")

    assert some(subject, lambda c: c["a"] >= large)


NARROW = "typedef struct range { int low, high, step; } range;\n"


@pytest.mark.slow
def test_invariants_that_relate_fields_are_kept_by_construction(function):
    boundary, made = function(
        f"{NARROW}int f(const range *rs, unsigned n);",
        "params: {rs: {in: array, length: n}, n: {range: [0, 8]}}",
        types="types: {range: {invariants: [low < high, step > 3 and step < 6, high >= 0]}}",
    )
    log = FilterLog()

    @settings(QUICK, max_examples=depth(150))
    @given(cases(boundary, made, log=log))
    def holds(case):
        assert all(r["low"] < r["high"] and r["step"] in (4, 5) for r in case.arguments["rs"])

    holds()
    assert sum(log.refused.values()) < log.tried / 20


def test_an_unlawful_call_may_break_an_invariant_of_what_is_given(function):
    boundary, made = function(
        f"{NARROW}int f(const range *r);",
        "params: {r: {in: range}}",
        types="types: {range: {invariants: [step != 0, low <= high]}}",
    )

    @QUICK
    @given(cases(boundary, made, given={"r": {"step": 0}}, lawful=False))
    def holds(case):
        assert case.arguments["r"]["step"] == 0
        assert case.arguments["r"]["low"] <= case.arguments["r"]["high"]

    holds()


@pytest.mark.slow
def test_the_invariant_that_refuses_most_is_known(function):
    boundary, made = function(
        f"{NARROW}int f(const range *r);",
        "params: {r: {in: range}}",
        types="types: {range: {invariants: ['low * high == 30821 * 30821']}}",
    )
    log = FilterLog()
    with pytest.raises(UnlawfulExampleError):
        complete(boundary, made, {"r": {"low": 2}})
    with pytest.raises((NoSuchExample, Unsatisfiable)):
        find(cases(boundary, made, log=log), lambda _: True, settings=settings(QUICK, max_examples=20))

    assert boundary.contract.types["range"].invariants[0].span == log.worst


def test_a_handle_comes_with_lawful_arguments_of_its_create_function(function):
    subject = function(
        "typedef struct h h;\nh *h_new(int size);\nvoid h_free(h *x);\nint f(h *x);",
        "{}\n",
        types="handles: {h: {create: h_new, destroy: h_free}}",
    )

    def check(x):
        assert isinstance(x, NewHandle)
        assert "size" in x.arguments

    every(subject, check)


NODES = "typedef struct h h;\nh *h_new(h *parent);\nvoid h_free(h *x);\nint f(h *x);"


def test_a_handle_that_is_created_below_another_is_first_created_below_none(function):
    subject = function(
        NODES,
        "{}\n",
        types="handles: {h: {create: h_new, destroy: h_free}}",
        others="h_new: {params: {parent: {nullable: true}}}\n",
    )
    boundary, made = subject

    def check(x):
        assert x.arguments == {"parent": None}

    every(subject, check)
    assert not asks_python(boundary, made)


def test_a_handle_that_only_another_one_creates_is_refused(function):
    boundary, made = function(NODES, "{}\n", types="handles: {h: {create: h_new, destroy: h_free}}")
    log = FilterLog()
    with pytest.raises(Unsatisfiable):
        find(cases(boundary, made, log=log), lambda _: True, settings=settings(QUICK, max_examples=20))
    assert log.worst == boundary.handles["h"].span


@pytest.mark.slow
def test_what_refuses_most_is_known(function):
    boundary, made = function("int f(int a, int b);", "requires: [a == 12345, 'b * b == 30821 * 30821']")
    log = FilterLog()

    @settings(QUICK, max_examples=20)
    @given(cases(boundary, made, log=log))
    def holds(case):
        raise AssertionError(case)

    with pytest.raises(BaseException):  # noqa: B017 - Hypothesis finds no case, or hits its limit
        holds()
    assert log.worst == made.requires[1].span


@pytest.mark.slow
def test_an_unlawful_call_keeps_the_preconditions_that_it_does_not_break(function):
    boundary, made = function(
        "int f(int level, int b);", "params: {level: {range: [0, 9]}}\nrequires: [b % 7 == 3]"
    )

    @QUICK
    @given(cases(boundary, made, given={"level": 10}, lawful=False))
    def holds(case):
        assert case.arguments["level"] == 10
        assert case.arguments["b"] % 7 == 3

    holds()


def test_null_for_a_buffer_leaves_its_length_free(function):
    boundary, made = function(
        "int f(const uint8_t *p, size_t n);", "params: {p: {in: bytes, length: n, nullable: n == 0}}"
    )
    lengths = set()

    @QUICK
    @given(cases(boundary, made, given={"p": None}, lawful=False))
    def holds(case):
        assert case.arguments["p"] is None
        lengths.add(case.arguments["n"])

    holds()
    assert 0 not in lengths  # with no bytes, NULL is valid
    assert len(lengths) > 5


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_a_string_is_text_in_its_encoding_whatever_other_contents_it_is_made_of(function, encoding):
    subject = function(
        "int f(const unsigned char *raw, size_t n, const char *text);",
        f"""
        params: {{raw: {{in: bytes, length: n}}, text: {{in: string, encoding: {encoding}, max: 12}}}}
        ensures: ["implies(text == b'known', result == 0)"]
        """,
    )

    def is_text(text, **_):
        text.decode(encoding)
        assert b"\0" not in text
        assert len(text) <= 12

    every(subject, is_text, of=settings(QUICK, max_examples=depth(300)))


SIGNED = "int f(const uint8_t *p, ptrdiff_t n);"


def test_a_signed_length_is_never_below_what_there_is(function):
    subject = function(
        SIGNED, "params: {p: {in: bytes, length: n}}\nensures: [result <= n, 'implies(n < 0, result == 0)']"
    )

    every(subject, _is_long)


def test_a_length_without_memory_may_be_any_number_that_the_contract_allows(function):
    promise = "params: {p: {in: bytes, length: n, nullable: n <= 0}}\nexamples: [{p: null, n: -1}]"
    boundary, made = function(SIGNED, promise)

    assert complete(boundary, made, {"p": None, "n": -1}).arguments == {"p": None, "n": -1}


def _is_long(p, n):
    assert len(p) == n


@pytest.mark.slow
def test_one_of_two_buffers_is_null_and_never_both(function):
    """Also where the first depends on the second, which is made before it then."""
    out = "{out: bytes, capacity: 4, length: 4"
    for rx, tx in (("true", "rx != null"), ("tx != null", "true"), ("tx != null", "rx != null")):
        subject = function(
            "int f(uint8_t *rx, uint8_t *tx);",
            f"params: {{rx: {out}, nullable: {rx}}}, tx: {out}, nullable: {tx}}}}}",
        )

        def check(rx, tx):
            assert rx is not None or tx is not None

        every(subject, check)
        assert some(subject, lambda made: made["rx"] is None)["tx"] is not None
        assert some(subject, lambda made: made["tx"] is None)["rx"] is not None
