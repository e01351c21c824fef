"""A finding of a sequence shows the calls of `prepare` as the contract has them: without them others are not lawful."""

from __future__ import annotations

import pytest

HEADER = """
typedef struct row row;
row *row_new(void);
int row_room(row *r, int n);
int row_put(row *r, int n);
int row_sum(const row *r);
void row_free(row *r);
"""
SOURCE = """
#include <stdlib.h>
struct row { int room, sum, used; };
row *row_new(void) { return calloc(1, sizeof(row)); }
int row_room(row *r, int n) { r->room = n; return 0; }
int row_put(row *r, int n)
{
    if (r->used >= r->room) return SHORT ? -7 : -1;
    r->used++;
    r->sum += n;
    return 0;
}
int row_sum(const row *r) { return r->sum + (LATE && r->used == 2); }
void row_free(row *r) { free(r); }
"""
CONTRACT = """
handles: {row: {create: row_new, destroy: row_free, prepare: [{row_room: {n: 2}}]}}
functions:
  row_room: {params: {n: {range: [0, 9]}}, returns: {status: {ok: [0]}}}
  row_put: {params: {n: {range: [0, 9]}}, returns: {status: {ok: [0], errors: {-1: there is no room}}}}
  row_sum: {returns: {range: [0, 9999]}}
laws:
  what_is_put_counts:
    given: {r: row, one: {in: int, range: [0, 9]}, two: {in: int, range: [0, 9]}}
    steps: [row_put(r, one), row_put(r, two), a = row_sum(r)]
    ensures: [a.result == one + two]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("flags", "expected", "shown"),
    [
        (("-DSHORT=0", "-DLATE=0"), [], ()),
        (("-DSHORT=1", "-DLATE=0"), ["ABD322"], ("row_room(row1, 2);\n", "row_put(row1, 0);")),
        (
            ("-DSHORT=0", "-DLATE=1"),
            ["ABD376"],
            ("row_room(row1, 2);\n", "row_put(row1, 0);\n", "row_sum(row1);"),
        ),
    ],
)
def test_the_smallest_sequence_prepares_its_handles(small, flags, expected, shown):
    ended = small.run(HEADER, SOURCE, CONTRACT, flags=flags, examples=60)
    assert sorted({*ended.codes}) == expected, ended.text
    places = [ended.text.index(call) for call in shown]
    assert places == sorted(places), ended.text
