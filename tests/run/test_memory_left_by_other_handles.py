"""Libraries that keep blocks for all handles: whether a call needs memory depends on others, and is no finding."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct pl_box pl_box;
pl_box *pl_new(void);
void pl_free(pl_box *box);
int pl_fill(pl_box *box);
void pl_empty(pl_box *box);
int pl_is_full(const pl_box *box);
"""
SOURCE = """\
#include "pl.h"
#include <stdlib.h>
struct pl_box { void *block; };
static void *spare;                     /* for whichever box needs one first, and what one that was emptied has left */
static int boxes, full;
pl_box *pl_new(void)
{
    if (boxes++ == 0)
        spare = malloc(40);
    return calloc(1, sizeof(pl_box));
}
void pl_empty(pl_box *box)
{
    full -= box->block != NULL;
    if (spare == NULL)
        spare = box->block;
    else
        free(box->block);
    box->block = NULL;
}
void pl_free(pl_box *box)
{
    pl_empty(box);
    free(box);
    if (--boxes == 0) {
        free(spare);
        spare = NULL;
    }
}
int pl_fill(pl_box *box)
{
    if (box->block != NULL)
        return 1;
    if (SHARED && full > 0)
        return 0;
    box->block = spare != NULL ? spare : malloc(40);
    spare = NULL;
    full += box->block != NULL;
    return box->block != NULL;
}
int pl_is_full(const pl_box *box) { return box->block != NULL; }
"""
CONTRACT = """\
abidance: 1
boundary: pl
header: pl.h
libraries: {c: {path: libpl.so}}
handles: {pl_box: {create: pl_new, destroy: pl_free}}
functions:
  pl_fill:
    returns: {status: {ok: [1], errors: {0: there is no memory}}}
    may_fail: {memory: {returns: 0}}
    ensures: [implies(result == 1, pl_is_full(box) == 1)]
  pl_empty: {ensures: [pl_is_full(box) == 0]}
  pl_is_full:
"""


@pytest.mark.slow
def test_memory_that_others_have_left_is_no_state_of_theirs(codes_of):
    found = codes_of("pl", HEADER, SOURCE, CONTRACT, "pl_fill", ("memory",), "-DSHARED=0", least=100)

    assert found == []


@pytest.mark.slow
def test_a_number_of_all_handles_is(codes_of):
    """The near miss: what refuses a box where another one is full, with all the memory that there is."""
    found = codes_of("pl", HEADER, SOURCE, CONTRACT, "pl_box", ("lifecycle",), "-DSHARED=1", least=100)

    assert {*found} == {"ABD375"}
