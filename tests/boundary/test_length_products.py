"""Memory of which numbers that a call leaves tell the length: a product of several, or a sum of products."""

from __future__ import annotations

import pytest

from abidance.boundary.model.values import ROOM, Case
from abidance.boundary.values.products import sum_of_products
from abidance.checks.evidence.expectation import Expectation
from abidance.contract.expression import parse
from abidance.core.span import Span
from abidance.run.findings.open_questions import unasked

HEADER = """
typedef struct { int w, h; const unsigned char *px; } img;
const unsigned char *grid(int rows, int *r, int *c);
int cells(int rows, int **cells, unsigned short *r, long *c);
int picture(int rows, img *out);
int pictures(int rows, img **imgs, int *n);
const unsigned char *more(int *n);
typedef struct { int first; short last; const unsigned char *px; } span;
int table(int rows, int **cells, int *r, short *c);
int range_of(int rows, span *out);
"""
CONTRACT = """
types:
  span: {fields: {px: {to: bytes, length: last - first + 1}}}
  img: {fields: {px: {to: bytes, length: w * h}}}
functions:
  grid: {params: {rows: {range: [0, 3]}, r: {out: int}, c: {out: int}}, returns: {to: bytes, length: r * 2 * c}}
  cells:
    params: {rows: {range: [0, 3]}, cells: {out: {to: array, length: r * c}}, r: {out: unsigned short}, c: {out: long}}
    returns: {status: {ok: [0]}}
  picture: {params: {rows: {range: [0, 3]}, out: {out: img}}, returns: {status: {ok: [0]}}}
  pictures:
    params: {rows: {range: [0, 3]}, imgs: {out: {to: array, length: n}}, n: {out: int}}
    returns: {status: {ok: [0]}}
  more: {params: {n: {out: int}}, returns: {to: bytes, length: n // 2 + 1}}
  table:
    params: {rows: {range: [0, 3]}, cells: {out: {to: array, length: (r + 1) * c}}, r: {out: int}, c: {out: short}}
    returns: {status: {ok: [0]}}
  range_of:
    params: {rows: {range: [-3, 3]}, out: {out: span}}
    returns: {status: {ok: [0]}}
"""
# Cells of what has more than two rows are said to be as many as there is no memory for.
SOURCE = """
#include <stdlib.h>
static unsigned char bytes[64] = "abcdefghijklmnop";
static int numbers[64] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
static img some[2];
const unsigned char *grid(int rows, int *r, int *c) { *r = rows; *c = 2; return bytes; }
int cells(int rows, int **cells, unsigned short *r, long *c) {
    *r = rows; *c = rows > 2 ? 1l << 40 : 3; *cells = numbers; return 0;
}
int picture(int rows, img *out) { out->w = 2; out->h = rows; out->px = bytes + 1; return 0; }
int pictures(int rows, img **imgs, int *n) {
    for (int i = 0; i < 2; i++) { some[i].w = i + 1; some[i].h = rows; some[i].px = bytes; }
    *imgs = some; *n = 2; return 0;
}
const unsigned char *more(int *n) { *n = 1; return bytes; }
int table(int rows, int **cells, int *r, short *c)
{
    *r = rows == 3 ? 1 << 30 : rows - 1; *c = 2; *cells = numbers; return 0;
}
int range_of(int rows, span *out) { *out = (span){-1, (short)(rows - 2), bytes}; return 0; }
"""
ANYWHERE = Span(None, 1, 1, 1, 1)


@pytest.fixture(scope="module")
def subject(runner_for):
    return runner_for(HEADER, CONTRACT, SOURCE)


def run(subject, function, rows=2, **given):
    _, runner = subject
    trial = runner.run(Case(function, {"rows": rows, **given}), Expectation())
    return trial, {each.code.id for each in runner.judge.findings(trial)}


@pytest.mark.parametrize(
    ("length", "known", "found"),
    [
        ("rows * columns", {}, ((("columns", "rows"), 1),)),
        ("4 * (rows * in_) * 2", {}, ((("in", "rows"), 8),)),
        ("rows * WIDTH", {"WIDTH": 3}, ((("rows",), 3),)),
        ("12", {}, (((), 12),)),
        ("0 * rows", {}, (((), 0),)),
        ("rows + columns", {}, ((("columns",), 1), (("rows",), 1))),
        ("(rows + 1) * columns", {}, ((("columns", "rows"), 1), (("columns",), 1))),
        ("HEADER + w * h * 3 + w * h", {"HEADER": 4}, ((("h", "w"), 4), ((), 4))),
        ("last - first + 1", {}, ((("last",), 1), (("first",), -1), ((), 1))),
        ("4 * (n - 1)", {}, ((("n",), 4), ((), -4))),
        ("rows * columns // 2", {}, None),
        ("-1 * rows", {}, None),
        ("5 - rows", {}, None),
        ("record.rows * columns", {}, ((("columns", "record.rows"), 1),)),
        ("records[0].rows * columns", {}, None),
    ],
)
@pytest.mark.unit
def test_a_length_is_a_sum_of_products(length, known, found):
    assert sum_of_products(parse(length, ANYWHERE, lambda _start, _end: ANYWHERE), known) == found


@pytest.mark.slow
def test_a_result_is_read_to_the_product_of_what_is_written(subject):
    trial, found = run(subject, "grid", r=ROOM, c=ROOM)

    assert (trial.seen.result, found) == (b"abcdefgh", set())


@pytest.mark.slow
def test_so_is_what_is_left_behind_a_pointer(subject):
    trial, found = run(subject, "cells", cells=ROOM, r=ROOM, c=ROOM)

    assert (trial.seen.after["cells"], found) == ([1, 2, 3, 4, 5, 6], set())


def test_more_than_there_is_is_a_finding(subject):
    _, found = run(subject, "cells", rows=3, cells=ROOM, r=ROOM, c=ROOM)

    assert found == {"ABD322"}


def test_nothing_is_read_where_one_factor_is_0(subject):
    trial, found = run(subject, "cells", rows=0, cells=ROOM, r=ROOM, c=ROOM)

    assert (trial.seen.after["cells"], found) == ([], set())


def test_fields_beside_a_pointer_are_factors(subject):
    trial, found = run(subject, "picture", out=ROOM)

    assert (trial.seen.after["out"]["px"], found) == (b"bcde", set())


def test_they_are_in_each_record_of_an_array(subject):
    trial, found = run(subject, "pictures", imgs=ROOM, n=ROOM)

    assert ([each["px"] for each in trial.seen.after["imgs"]], found) == ([b"ab", b"abcd"], set())


@pytest.mark.parametrize(("rows", "cells"), [(0, []), (1, [1, 2]), (2, [1, 2, 3, 4])])
def test_sums_of_products_are_read_as_well_also_of_what_is_below_0(subject, rows, cells):
    trial, found = run(subject, "table", rows=rows, cells=ROOM, r=ROOM, c=ROOM)

    assert (trial.seen.after["cells"], found) == (cells, set())


def test_more_than_there_is_in_a_sum_is_a_finding(subject):
    _, found = run(subject, "table", rows=3, cells=ROOM, r=ROOM, c=ROOM)

    assert found == {"ABD322"}


@pytest.mark.parametrize(("rows", "text"), [(0, b""), (2, b"ab")])
def test_so_are_fields_beside_a_pointer(subject, rows, text):
    trial, found = run(subject, "range_of", rows=rows, out=ROOM)

    assert (trial.seen.after["out"]["px"], found) == (text, set())


def test_less_than_nothing_is_a_finding(subject):
    _, found = run(subject, "range_of", rows=-3, out=ROOM)

    assert found == {"ABD322"}


def test_what_no_sum_tells_is_not_judged(subject):
    boundary, _ = subject

    assert [*unasked(boundary, ["more", "grid", "cells", "picture"])] == [
        "what the result of `more` points at: `n // 2 + 1` is no sum of products of numbers that the call leaves"
    ]
