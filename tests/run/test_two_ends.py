"""A handle that one function destroys at once, or refuses to, and another one when what was made from it is gone."""

from __future__ import annotations

import pytest

from tiers import full

HEADER = """\
typedef struct te_base te_base;
typedef struct te_query te_query;
te_base *te_open(void);
int te_close(te_base *base);
void te_close_later(te_base *base);
te_query *te_prepare(te_base *base, unsigned rows);
int te_step(te_query *query);
void te_end(te_query *query);
"""
SOURCE = """\
#include <stdlib.h>
#include "te.h"
enum { SOUND, CLOSES_ONE, FREES_NOW, NEVER_FREES };
struct te_base { int open, zombie; };
struct te_query { te_base *base; unsigned rows; };
te_base *te_open(void) { return calloc(1, sizeof(te_base)); }
int te_close(te_base *base)
{
    if (base->open > (VARIANT == CLOSES_ONE)) return -1;
    free(base);
    return 0;
}
void te_close_later(te_base *base)
{
    if (base->open && VARIANT != FREES_NOW) base->zombie = 1;
    else free(base);
}
te_query *te_prepare(te_base *base, unsigned rows)
{
    te_query *query = malloc(sizeof *query);
    if (!query) return NULL;
    *query = (te_query){base, rows};
    base->open++;
    return query;
}
int te_step(te_query *query) { return query->base->open && query->rows ? query->rows--, 1 : 0; }
void te_end(te_query *query)
{
    te_base *base = query->base;
    free(query);
    if (--base->open == 0 && base->zombie && VARIANT != NEVER_FREES) free(base);
}
"""
CONTRACT = """\
abidance: 1
boundary: te
header: te.h
libraries: {c: {path: libte.so}}
handles:
  te_base:
    create: te_open
    destroy: te_close_later
    counts: {open: {most: 3}}
    transitions:
      te_prepare: {counts: {open: open + 1}}
      te_end: {of: query.base, counts: {open: open - 1}}
      te_close: {while: open == 0}
  te_query: {create: te_prepare, destroy: te_end}
functions:
  te_open: {returns: {handle: te_base, nullable: true}}
  te_close:
    params: {base: {handle: te_base, owner: callee}}
    returns: {status: {ok: [0], errors: {-1: there are queries}}}
    rejects: [{when: {base: open > 0}, returns: -1}]
  te_prepare:
    params: {base: {handle: te_base, owner: shared, lifetime: handle(result)}, rows: {range: [0, 3]}}
    returns: {handle: te_query, nullable: true}
  te_step: {returns: {one_of: [0, 1]}}
"""
OTHER_WAY = CONTRACT.replace("destroy: te_close_later", "destroy: te_close").replace(
    "  te_close:\n    params: {base: {handle: te_base, owner: callee}}",
    "  te_close_later: {params: {base: {handle: te_base, owner: callee}}}\n  te_close:",
)
"""The one that may be refused is what destroys the handle, and the other takes it over."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variant", "code", "contract"),
    [
        ("NEVER_FREES", "ABD371", CONTRACT),
        ("FREES_NOW", "ABD314", CONTRACT),
        full("CLOSES_ONE", "ABD323", CONTRACT),
        full("NEVER_FREES", "ABD371", OTHER_WAY),
    ],
)
def test_each_end_has_its_own_rules(variant, code, contract, codes_of_sequences):
    found = codes_of_sequences("te", HEADER, SOURCE, contract, "te_base", f"-DVARIANT={variant}", least=60)
    assert code in found


@pytest.mark.slow
@pytest.mark.parametrize("contract", [CONTRACT, full(OTHER_WAY)])
@pytest.mark.parametrize("phase", ["lifecycle", "explore"])
def test_what_outlives_the_base_is_ended_and_counts_for_nobody(phase, contract, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    for handle in ("te_base", "te_query"):
        assert codes_of("te", HEADER, SOURCE, contract, handle, (phase,), "-DVARIANT=SOUND", least=60) == []
