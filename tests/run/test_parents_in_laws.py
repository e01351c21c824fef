"""A handle that a law's step leaves out, and that has to be of one which the step is given, is made from that one."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct pl_store pl_store;
typedef struct pl_view pl_view;
pl_store *pl_open(void);
void pl_close(pl_store *store);
void pl_put(pl_store *store, int number);
pl_view *pl_look(pl_store *store);
void pl_blink(pl_view *view);
int pl_get(const pl_store *store, const pl_view *view);
"""
SOURCE = """\
#include "pl.h"
#include <stdlib.h>
struct pl_store { int number; };
struct pl_view { pl_store *of; };
pl_store *pl_open(void) { return calloc(1, sizeof(pl_store)); }
void pl_close(pl_store *store) { free(store); }
void pl_put(pl_store *store, int number) { store->number = number + (WRONG && number == 7); }
pl_view *pl_look(pl_store *store)
{
    pl_view *view = malloc(sizeof *view);
    view->of = store;
    return view;
}
void pl_blink(pl_view *view) { free(view); }
int pl_get(const pl_store *store, const pl_view *view)
{
    if (view->of != store)
        abort();
    return store->number;
}
"""
CONTRACT = """\
abidance: 1
boundary: pl
header: pl.h
libraries: {c: {path: libpl.so}}
handles:
  pl_store: {create: pl_open, destroy: pl_close}
  pl_view: {create: pl_look, destroy: pl_blink}
functions:
  pl_put: {params: {number: {range: [0, 9]}}}
  pl_look:
  pl_get: {params: {view: {handle: pl_view, parent: store}}}
laws:
  what_is_put_is_got:
    given: {store: pl_store, number: {in: int, range: [0, 9]}}
    steps: [pl_put(store, number), a = pl_get(store)]
    ensures: [a.result == number]
"""


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "codes"), [(0, set()), (1, {"ABD376"})])
def test_it_is_of_the_one_beside_it(wrong, codes, codes_of):
    found = codes_of("pl", HEADER, SOURCE, CONTRACT, "what_is_put_is_got", ("laws",), f"-DWRONG={wrong}")

    assert {*found} == codes
