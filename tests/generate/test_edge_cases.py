"""The sweep tries every value at its edges, the same ones every time, and what is beside a promise's conditions."""

from __future__ import annotations

import math

import pytest

from abidance.boundary.model.values import ROOM
from abidance.generate.hints import Bounds
from abidance.generate.scalars import interesting
from abidance.generate.sweep import edge_cases
from abidance.toolchain.machine_code import CodeWords


def arguments(subject):
    return [case.arguments for case in edge_cases(*subject)]


def test_numbers_at_the_ends_of_their_type(function):
    values = {case["x"] for case in arguments(function("int f(int16_t x);", "{}\n"))}

    assert {-32768, -32767, -1, 0, 1, 127, 128, 255, 256, 32766, 32767} <= values


def test_both_ends_together(function):
    pairs = {(case["a"], case["b"]) for case in arguments(function("int f(int a, int b);", "{}\n"))}

    low, high = -(1 << 31), (1 << 31) - 1
    assert {(low, -1), (high, 1), (low, low), (high, high), (low, high), (5, 5), (5, 6), (6, 5)} - {
        (6, 5)
    } <= pairs


@pytest.mark.parametrize(
    ("length", "longest"), [("range: [0, 40]", 40), ("one_of: [1, 2, 4, 8]", 8), ("range: [0, 5000]", 64)]
)
def test_the_longest_array_is_full_of_its_highest_number(function, length, longest):
    subject = function(
        "int f(const int *numbers, int n);",
        f"params: {{numbers: {{in: array, length: n, range: [0, 100]}}, n: {{{length}}}}}\n",
    )

    arrays = [tuple(case["numbers"]) for case in arguments(subject)]
    assert (100,) * longest in arrays
    assert all(set(array) <= {*range(101)} for array in arrays)


def test_an_array_has_no_length_that_is_not_listed(function):
    subject = function(
        "int f(const int *numbers, int n);",
        "params: {numbers: {in: array, length: n}, n: {one_of: [4, 8]}}\n",
    )

    assert {len(case["numbers"]) for case in arguments(subject)} == {4, 8}


def test_numbers_that_the_contract_mentions_and_their_neighbours(function):
    subject = function("int f(int x);", "ensures: ['implies(x > 4711, result == 0)']")

    assert {4710, 4711, 4712} <= {case["x"] for case in arguments(subject)}


def test_multiples_where_the_mentioned_number_is_too_small(function):
    subject = function(
        "int f(int year, int month);",
        """
        params: {year: {range: [1583, 3000]}, month: {range: [1, 12]}}
        ensures: ['implies(month == 2 and year % 100 == 0, result == 28)']
        """,
    )

    assert (1700, 2) in {(case["year"], case["month"]) for case in arguments(subject)}


def test_conditions_that_hold_together(function):
    subject = function(
        "int f(const uint8_t *route, size_t n, int kind, unsigned size);",
        """
        params: {route: {in: bytes, length: n}}
        ensures: ['implies(route == b"/quote" and kind == 3, (result == 1) == (size < 4096))']
        """,
    )

    made = {(case["route"], case["kind"], case["size"]) for case in arguments(subject)}
    assert {(b"/quote", 3, 4095), (b"/quote", 3, 4096), (b"/quotes", 3, 4095), (b"/quot", 3, 4095)} <= made


def test_room_for_just_as_much(function):
    subject = function(
        "int f(char *out, size_t cap, const char *name);",
        "params: {out: {out: string, capacity: cap}, name: {in: string}}",
    )

    made = {(len(case["name"]), case["cap"]) for case in arguments(subject)}
    assert {(5, 4), (5, 5), (5, 6), (5, 10), (5, 11)} <= made


def test_arrays_that_nothing_counts_have_few_elements_and_many(function):
    subject = function(
        "int f(const char **words, const int *numbers, const char *more);",
        """
        params:
          words: {in: array, ended_by: null, of: {to: string, max: 5}}
          numbers: {in: array, ended_by: 0, max: 9}
          more: {in: string, max: 5}
        """,
    )
    made = arguments(subject)

    assert {0, 1, 2, 3, 63, 64} <= {len(case["words"]) for case in made}
    assert {0, 1, 2, 3, 8, 9} <= {len(case["numbers"]) for case in made}
    assert not any(0 in case["numbers"] for case in made)
    assert {(2, 2), (1, 3), (3, 0)} <= {(len(case["words"]), len(case["numbers"])) for case in made}
    assert {(2, b"a"), (1, b"")} <= {(len(case["words"]), case["more"]) for case in made}


def test_an_array_that_a_number_counts_goes_by_that(function):
    subject = function(
        "int f(const int *numbers, int rows);",
        "params: {numbers: {in: array, length: 2 * rows}, rows: {range: [0, 4]}}",
    )

    assert {(2 * case["rows"], len(case["numbers"])) for case in arguments(subject)} <= {
        (2 * n, 2 * n) for n in range(5)
    }


@pytest.mark.slow
def test_contents_that_are_equal_or_nearly_so(function):
    subject = function(
        "int f(const uint8_t *a, size_t na, const uint8_t *b, size_t nb);",
        "params: {a: {in: bytes, length: na}, b: {in: bytes, length: nb}}",
    )

    made = {(case["a"], case["b"]) for case in arguments(subject)}
    assert {(b"a", b"a"), (b"a", b"ab"), (b"ab", b"a"), (b"ab", b"aa"), (b"", b"a")} <= made


def test_arrays_of_extremes(function):
    subject = function("int f(const int32_t *xs, size_t n);", "params: {xs: {in: array, length: n}}")

    made = [case["xs"] for case in arguments(subject)]
    assert [(1 << 31) - 1] * 2 in made
    assert [-(1 << 31)] * 2 in made
    assert [3, 2, 1] in made


def test_odd_floats(function):
    made = [case["x"] for case in arguments(function("int f(double x);", "{}\n"))]

    assert any(math.isnan(x) for x in made)
    assert {math.inf, -math.inf, 0.0, 5e-324} <= set(made)


def test_memory_lies_flush_with_either_edge(function):
    cases = edge_cases(*function("int f(const uint8_t *p, size_t n);", "params: {p: {in: bytes, length: n}}"))

    sizes = {flush: {len(case.arguments["p"]) for case in cases if case.flush == flush} for flush in (0, 1)}
    assert {0, 1, 8, 16, 64} <= sizes[0]
    assert {0, 1, 8, 16, 64} <= sizes[1]


def test_null_is_tried_where_it_is_lawful(function):
    subject = function("int f(int *out);", "params: {out: {out: int, nullable: true}}")

    assert [case["out"] for case in arguments(subject)].count(None) == 1
    assert ROOM in [case["out"] for case in arguments(subject)]


def test_they_are_the_same_every_time(function):
    subject = function("int f(int a, const char *s);", "params: {s: {in: string}}")

    assert edge_cases(*subject) == edge_cases(*subject)


def test_limits_of_whole_and_real_numbers():
    bounds = Bounds().with_fact(">", 3).with_fact("<", 10.5).with_fact("!=", 4)

    assert bounds.narrow(-100, 100) == (5, 10)
    assert bounds.narrow_real(-100.0, 100.0) == (math.nextafter(3, 4), math.nextafter(10.5, 10))
    assert not bounds.allows(4)
    assert Bounds().with_fact("in", range(3, 9)).narrow(0, 100) == (3, 8)
    assert Bounds().with_fact("in", (2, 7)).allows(7)


def test_interesting_numbers_are_inside_and_the_simplest_come_first():
    numbers = interesting(-5, 300, (42,))

    assert all(-5 <= number <= 300 for number in numbers)
    assert {41, 42, 43, 255, 256, 257, 300, -5} <= set(numbers)
    assert numbers[0] == 0


def test_null_is_tried_where_a_condition_allows_it(function):
    subject = function(
        "int f(const uint8_t *p, size_t n);", "params: {p: {in: bytes, length: n, nullable: n == 0}}"
    )
    made = [(case["p"], case["n"]) for case in arguments(subject)]

    assert (None, 0) in made
    assert (b"", 0) in made
    assert not [n for p, n in made if p is None and n]


@pytest.mark.full
def test_null_is_tried_on_conditions_that_the_simplest_values_do_not_meet(function):
    subject = function(
        "int f(const int *p, int mode, int size);",
        "params: {p: {in: int, nullable: mode == 7 and size > 40}}",
    )
    made = [(case["mode"], case["size"]) for case in arguments(subject) if case["p"] is None]

    assert (7, 41) in made
    assert all(mode == 7 and size > 40 for mode, size in made)


@pytest.mark.full
def test_null_is_tried_in_a_field_on_a_condition_of_its_record(function):
    subject = function(
        "struct s { int kind; const uint8_t *p; size_t n; }; int f(const struct s *s, int kind);",
        "params: {s: {in: struct s}}",
        types="types: {struct s: {fields: {p: {to: bytes, length: n, nullable: kind == 3 and n == 0}}}}",
    )
    made = [case["s"]["kind"] for case in arguments(subject) if case["s"]["p"] is None]

    assert made
    assert set(made) == {3}


def test_null_is_tried_for_a_handle_where_it_is_lawful(function):
    subject = function(
        "typedef struct h h; h *h_new(void); void h_free(h *h); int f(h *h);",
        "params: {h: {handle: h, nullable: true}}",
        types="handles: {h: {create: h_new, destroy: h_free}}",
    )

    assert [case["h"] for case in arguments(subject)].count(None) == 1


def test_two_texts_differ_late_as_far_as_they_may_be_so_long(function):
    promise = "params: {a: {in: string, max: 10}, b: {in: bytes, length: n}, n: {range: [0, 20]}}"
    cases = arguments(function("int f(const char *a, const uint8_t *b, size_t n);", promise))
    pairs = {(case["a"], case["b"]) for case in cases}

    assert (b"aaaaaaaab", b"aaaaaaaac") in pairs
    assert all(len(a) <= 10 and len(b) <= 20 for a, b in pairs)


def test_contents_that_go_on_until_their_last_byte(function):
    cases = arguments(
        function(
            "int f(const uint8_t *p, size_t n);", "params: {p: {in: bytes, length: n}, n: {range: [0, 12]}}"
        )
    )

    assert {b"\x80" * 9 + b"\x01", b"\xff" * 9 + b"\x7f"} <= {case["p"] for case in cases}


def test_contents_of_which_a_byte_tells_how_many_follow(function):
    cases = arguments(
        function(
            "int f(const uint8_t *p, size_t n);", "params: {p: {in: bytes, length: n}, n: {range: [2, 5]}}"
        )
    )
    frames = {case["p"] for case in cases}

    assert {b"\1\0", b"\0\1", b"\0\1\0", b"\0\0\2\0\0", b"\0\0\3\0\0", b"\0\0\1\0\0", b"\4\0\0\0\0"} <= frames


@pytest.mark.slow
def test_edges_beside_what_the_simplest_call_does_not_meet(function):
    subject = function(
        "typedef struct reader reader; reader *open_as(const char *mode); void shut(reader *r);"
        "int f(reader *r, const uint8_t *data, size_t n, const char *how);",
        """
        params: {r: {handle: reader}, data: {in: bytes, length: n}, how: {in: string, max: 8}}
        requires: ['how == "fast" or how == "slow"']
        """,
        types="handles: {reader: {create: open_as, destroy: shut}}",
        others="""
        open_as:
          params: {mode: {in: string, max: 4}}
          requires: ['mode in ["r", "rb"]']
        shut: {}
        """,
    )
    tried = arguments(subject)

    assert {0, 1, 63, 64, 65, 255, 256, 257} <= {case["n"] for case in tried}
    assert {case["how"] for case in tried} <= {b"fast", b"slow"}
    assert {case["r"].arguments["mode"] for case in tried} <= {b"r", b"rb"}


def test_a_handle_is_made_with_other_arguments_where_small_numbers_of_the_call_meet_them(function):
    subject = function(
        "typedef struct slab slab; slab *made(uint32_t room, const char *name); void gone(slab *s);"
        "int f(slab *s, uint64_t one, uint64_t other);",
        "params: {s: {handle: slab}}",
        types="handles: {slab: {create: made, destroy: gone}}",
        others="""
        made: {params: {room: {range: [0, 64]}, name: {in: string, max: 9}}}
        gone: {}
        """,
    )
    tried = {(case["s"].arguments["room"], case["one"], case["other"]) for case in arguments(subject)}

    assert {(64, 0, 1), (64, 1, 0), (1, 0, 1), (63, 0, 1), (0, 0, 0)} <= tried
    assert len({case["s"].arguments["name"] for case in arguments(subject)}) > 2


WORDS = CodeWords((0, 1, 2, 3, 8), ())


@pytest.mark.parametrize("longest", [3, 9])
def test_a_handle_that_was_parsed_is_asked_for_words_of_its_text(longest, function):
    subject = function(
        "typedef struct doc doc; doc *parsed(const char *text); void gone(doc *d); int f(doc *d, const char *key);",
        f"params: {{d: {{handle: doc}}, key: {{in: string, max: {longest}}}}}",
        types="handles: {doc: {create: parsed, destroy: gone}}",
        others="""
        parsed:
          params: {text: {in: string, max: 40}}
          examples: [{text: 'one=1; three=3'}, {text: ''}]
        gone: {}
        """,
    )
    tried = {(case["d"].arguments["text"], case["key"]) for case in arguments(subject)}

    assert {(b"one=1; three=3", b"one"), (b"one=1; three=3", b"1")} <= tried
    assert ((b"one=1; three=3", b"three") in tried) == (longest > 5)


def test_a_text_is_as_long_as_what_a_handle_was_made_with_and_one_longer(function):
    subject = function(
        "typedef struct doc doc; doc *named(const char *name); void gone(doc *d); int f(doc *d, const char *name);",
        "params: {d: {handle: doc}, name: {in: string, max: 9}}",
        types="handles: {doc: {create: named, destroy: gone}}",
        others="""
        named: {params: {name: {in: string, max: 9}}}
        gone: {}
        """,
    )
    tried = {(case["d"].arguments["name"], case["name"]) for case in arguments(subject)}

    assert {(b"a", b""), (b"a" * 9, b""), (b"", b"a"), (b"", b"")} <= tried


@pytest.mark.parametrize(
    ("header", "clauses", "valid"),
    [
        ("enum option { ONE = 1, TWO = 2, EIGHT = 8 }; int f(enum option x, int y);", "{}\n", {1, 2, 8}),
        ("int f(int x, int y);", "params: {x: {one_of: [1, 2, 8]}}", {1, 2, 8}),
        ("int f(int x, int y);", "params: {x: {range: [0, 3]}}", {0, 1, 2, 3}),
    ],
)
def test_numbers_of_the_code_are_tried_where_they_are_valid(function, header, clauses, valid):
    boundary, subject = function(header, clauses)

    calls = [case.arguments for case in edge_cases(boundary, subject, WORDS)]

    assert {call["x"] for call in calls} == valid
    assert {0, 3, 8, 9} <= {call["y"] for call in calls}


def test_what_is_written_has_room_where_only_some_sizes_are_valid(function):
    subject = function(
        "int f(uint8_t *out, size_t room, int x);",
        "params: {out: {out: bytes, capacity: room}, room: {one_of: [8, 4]}}",
    )

    calls = arguments(subject)

    assert {8} == {call["room"] for call in calls if call["x"] == 127}
