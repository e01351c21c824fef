"""Memory that stays as long as the handle does that another was made from: what a cursor tells is its store's."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct lp_store lp_store;
typedef struct lp_cursor lp_cursor;
lp_store *lp_new(void);
void lp_free(lp_store *store);
void lp_set(lp_store *store, int index, int letter);
lp_cursor *lp_open(lp_store *store);
void lp_close(lp_cursor *cursor);
const char *lp_next(lp_cursor *cursor);
"""
SOURCE = """\
#include "lp.h"
#include <stdlib.h>
#include <string.h>
struct lp_store { char texts[4][8]; };
struct lp_cursor { lp_store *store; int at; char own[8]; };
lp_store *lp_new(void)
{
    lp_store *store = calloc(1, sizeof *store);
    for (int i = 0; i < 4; i++)
        lp_set(store, i, 'a' + i);
    return store;
}
void lp_free(lp_store *store) { free(store); }
void lp_set(lp_store *store, int index, int letter) { memset(store->texts[index], letter, 7); }
lp_cursor *lp_open(lp_store *store)
{
    lp_cursor *cursor = calloc(1, sizeof *cursor);
    cursor->store = store;
    return cursor;
}
void lp_close(lp_cursor *cursor) { free(cursor); }
const char *lp_next(lp_cursor *cursor)
{
    const char *there = cursor->store->texts[cursor->at++ % 4];
    return OWN ? memcpy(cursor->own, there, 8) : there;
}
"""
CONTRACT = """\
abidance: 1
boundary: lp
header: lp.h
libraries: {c: {path: liblp.so}}
handles:
  lp_store: {create: lp_new, destroy: lp_free}
  lp_cursor: {create: lp_open, destroy: lp_close}
functions:
  lp_set: {params: {index: {range: [0, 3]}, letter: {range: [65, 90]}}}
  lp_next: {returns: {to: string, lifetime: handle(lp_store), until: lp_set}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("own", "codes"), [(0, set()), (1, {"ABD374"})])
def test_what_a_cursor_tells_is_there_as_long_as_its_store(own, codes, codes_of_sequences):
    """Near: the store is changed, after which it may tell another text."""
    found = codes_of_sequences("lp", HEADER, SOURCE, CONTRACT, "lp_store", f"-DOWN={own}")

    assert {*found} == codes
