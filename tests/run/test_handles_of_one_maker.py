"""Handles of one call that were created from the same one: two cursors of a table are compared, and no others."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct hm_table hm_table;
typedef struct hm_cursor hm_cursor;
hm_table *hm_new(int size);
void hm_free(hm_table *table);
hm_cursor *hm_begin(hm_table *table, int at); /* it is used no longer than the table */
void hm_end(hm_cursor *cursor);
int hm_between(const hm_cursor *from, const hm_cursor *to); /* two of one table, or the process ends */
"""
SOURCE = """\
#include "hm.h"
#include <stdlib.h>

enum { SOUND, NEAR, WRONG };
struct hm_table { int size; };
struct hm_cursor { hm_table *table; int at; };

hm_table *hm_new(int size)
{
    hm_table *table = malloc(sizeof *table);
    table->size = size;
    return table;
}
void hm_free(hm_table *table) { free(table); }
hm_cursor *hm_begin(hm_table *table, int at)
{
    hm_cursor *cursor = malloc(sizeof *cursor);
    *cursor = (hm_cursor){table, at};
    return cursor;
}
void hm_end(hm_cursor *cursor)
{
    free(cursor);
}
int hm_between(const hm_cursor *from, const hm_cursor *to)
{
    if (from->table != to->table)
        abort();
    if (VARIANT == NEAR)
        return -(from->at - to->at);
    return to->at - from->at + (VARIANT == WRONG && to->at > from->at ? 9 : 0);
}
"""
CONTRACT = """\
abidance: 1
boundary: hm
header: hm.h
libraries: {c: {path: libhm.so}}
handles:
  hm_table: {create: hm_new, destroy: hm_free}
  hm_cursor: {create: hm_begin, destroy: hm_end}
functions:
  hm_new: {params: {size: {range: [1, 9]}}}
  hm_begin: {params: {at: {range: [0, 9]}}}
  hm_between:
    params: {to: {handle: hm_cursor, parent: from}}
    ensures: [-9 <= result <= 9]
laws:
  it_is_the_same_backwards:
    given: {one: hm_cursor, other: hm_cursor}
    steps: [a = hm_between(one, other), b = hm_between(other, one)]
    ensures: [a.result == -b.result]
"""
SOUND, NEAR, WRONG = range(3)


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "found"), [(SOUND, []), (NEAR, []), (WRONG, ["ABD321"])])
@pytest.mark.parametrize(
    ("item", "phase"),
    [("hm_between", "properties"), ("hm_table", "lifecycle"), ("it_is_the_same_backwards", "laws")],
)
def test_two_of_one_are_given_together(item, phase, variant, found, codes_of):
    assert codes_of("hm", HEADER, SOURCE, CONTRACT, item, (phase,), f"-DVARIANT={variant}", least=60) == found
