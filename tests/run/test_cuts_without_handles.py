"""A law with `split` about what keeps nothing from piece to piece: the finding says which form such a law has."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
typedef struct cw_sum cw_sum;
unsigned cw_add(unsigned before, const unsigned char *data, size_t n);
cw_sum *cw_new(void);
void cw_free(cw_sum *sum);
unsigned cw_feed(cw_sum *sum, const unsigned char *data, size_t n);
"""
SOURCE = """\
#include <stdlib.h>
#include "cw.h"
struct cw_sum { unsigned sum; };
unsigned cw_add(unsigned before, const unsigned char *data, size_t n)
{
    for (size_t i = 0; i < n; i++) before = before * 31 + data[i];
    return before;
}
cw_sum *cw_new(void) { return calloc(1, sizeof(cw_sum)); }
void cw_free(cw_sum *sum) { free(sum); }
unsigned cw_feed(cw_sum *sum, const unsigned char *data, size_t n)
{
    return sum->sum = cw_add(FORGETS ? 0 : sum->sum, data, n);
}
"""
CONTRACT = """\
abidance: 1
boundary: cw
header: cw.h
libraries: {c: {path: libcw.so}}
handles:
  cw_sum: {create: cw_new, destroy: cw_free}
functions:
  cw_add: {params: {data: {in: bytes, length: n}}}
  cw_new:
  cw_feed: {params: {data: {in: bytes, length: n}}}
laws:
  of_numbers:
    given: {data: {in: bytes, max: 20}, before: {in: unsigned}}
    steps: ["a = cw_add(before, data)"]
    split: data
    same: [a.result]
  in_steps:
    given: {one: {in: bytes, max: 20}, other: {in: bytes, max: 20}, before: {in: unsigned}}
    steps: ["a = cw_add(before, one)", "b = cw_add(a.result, other)", "c = cw_add(before, one + other)"]
    ensures: [b.result == c.result]
  of_handles:
    given: {sum: cw_sum, data: {in: bytes, max: 20}}
    steps: ["a = cw_feed(sum, data)"]
    split: data
    same: [a.result]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("law", "remedy"),
    [
        (
            "of_numbers",
            "`cw_add` is given no handle, and all but the piece is the same each time: where it goes on",
        ),
        ("of_handles", "keep in the handle what a piece leaves unfinished"),
    ],
)
def test_the_remedy_is_that_of_what_goes_on(law, remedy, findings_of):
    (found,) = findings_of("cw", HEADER, SOURCE, CONTRACT, law, ("laws",), "-DFORGETS=1")

    assert found.diagnostic.code.id == "ABD379"
    assert found.diagnostic.help.startswith(remedy)


@pytest.mark.slow
@pytest.mark.parametrize("law", ["in_steps", "of_handles"])
def test_what_goes_on_in_either_way_is_no_finding(law, codes_of):
    assert codes_of("cw", HEADER, SOURCE, CONTRACT, law, ("laws",), "-DFORGETS=0") == []
