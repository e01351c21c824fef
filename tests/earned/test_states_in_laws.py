"""What a law is given is new, but for what the first call on it needs: it, or its parent, may have to be opened."""

from __future__ import annotations

import pytest

HEADER = """
typedef struct store store;
typedef struct look look;
store *store_new(void);
int store_open(store *s, int size);
int store_size(const store *s);
void store_free(store *s);
look *look_new(store *s);
int look_next(look *l);
void look_free(look *l);
"""
SOURCE = """
#include <stdlib.h>
struct store { int open, size; };
struct look { store *of; int at; };
store *store_new(void) { return calloc(1, sizeof(store)); }
int store_open(store *s, int size) { s->size = size; s->open = 1; return 0; }
int store_size(const store *s) { if (!s->open) abort(); return s->size; }
void store_free(store *s) { free(s); }
look *look_new(store *s) { look *l = calloc(1, sizeof(look)); if (!s->open) abort(); l->of = s; return l; }
int look_next(look *l) { return l->at < l->of->size + SHORT ? ++l->at : -1; }
void look_free(look *l) { free(l); }
"""
CONTRACT = """
handles:
  store:
    create: store_new
    destroy: store_free
    states: [made, open]
    transitions:
      store_open: {from: made, to: open}
      store_size: {from: open}
      look_new: {from: open}
  look: {create: look_new, destroy: look_free}
functions:
  store_open: {params: {size: {range: [1, 9]}}, returns: {status: {ok: [0]}}}
  store_size:
  look_next:
laws:
  something_is_there:
    given: {l: look}
    steps: [a = look_next(l)]
    ensures: [a.result == 1]
  it_is_as_large_as_it_says:
    given: {s: store}
    steps: [a = store_size(s), l = look_new(s), b = look_next(l.result) a.result times]
    ensures: [b.result == a.result]
  it_is_as_large_as_it_was_opened:
    given: {s: store, size: {in: int, range: [1, 9]}}
    steps: [store_open(s, size), a = store_size(s)]
    ensures: [a.result == size]
"""


@pytest.mark.slow
@pytest.mark.parametrize(("short", "expected"), [(0, []), (-1, ["ABD376"])])
def test_what_a_law_is_given_is_brought_where_its_first_call_is_lawful(small, short, expected):
    ended = small.run(HEADER, SOURCE, CONTRACT, flags=[f"-DSHORT={short}"], examples=20)
    assert sorted({*ended.codes}) == expected, ended.text
    assert "not judged" not in ended.text.lower(), ended.text
    if expected:
        assert "`it_is_as_large_as_it_says` is broken" in ended.text
        assert "`it_is_as_large_as_it_was_opened`" not in ended.text
