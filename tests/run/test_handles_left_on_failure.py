"""With `on_failure: written` a call that fails leaves a handle as well, which is used and destroyed as any other."""

from __future__ import annotations

import pytest

HEADER = """
typedef struct lf_base lf_base;
int lf_open(const char *name, lf_base **base);
int lf_parse(const char *text, lf_base **base);
void lf_close(lf_base *base);
const char *lf_why(const lf_base *base);
int lf_count(const lf_base *base);
"""
SOURCE = """
#include "lf.h"
#include <stdlib.h>
#include <string.h>

enum { SOUND, NEAR, LOST, GONE };
struct lf_base {
    char why[32];
    int count;
};

int lf_open(const char *name, lf_base **base) /* there is an object that says why, as of sqlite3_open */
{
    int missing = *name == 'x';
    *base = NULL;
    if (missing && VARIANT == NEAR && name[1] == '\\0')
        return -1; /* and none where there is no memory for it, say */
    lf_base *it = *base = calloc(1, sizeof **base);
    strcpy(it->why, missing ? "there is none" : "");
    it->count = (int)strlen(name);
    if (missing && VARIANT == LOST)
        *base = NULL;
    if (missing && VARIANT == GONE)
        free(it);
    return missing ? -1 : 0;
}

int lf_parse(const char *text, lf_base **base) /* what was read before a mistake is there */
{
    for (; *text != '\\0' && *text != '!'; text++) {
        if (*base == NULL)
            *base = calloc(1, sizeof **base);
        ++(*base)->count;
    }
    if (*text == '!' && VARIANT == LOST)
        *base = NULL;
    return *text == '!' ? -1 : 0;
}

void lf_close(lf_base *base)
{
    free(base);
}

const char *lf_why(const lf_base *base)
{
    return base->why;
}

int lf_count(const lf_base *base)
{
    return base->count;
}
"""
CONTRACT = """
abidance: 1
boundary: lf
header: lf.h
libraries: {c: {path: liblf.so}}
handles:
  lf_base: {create: [lf_open, lf_parse], destroy: lf_close}
functions:
  lf_open:
    params: {name: {in: string, like: '[xyz]{1,3}'}, base: {out: lf_base, on_failure: written}}
    returns: {status: {ok: [0], errors: {-1: there is none}}}
    ensures: [implies(base != null, lf_count(base) == len(name))]
  lf_parse:
    params: {text: {in: string, like: '[xy]{0,2}!?'}, base: {out: lf_base, initially: null, on_failure: written}}
    returns: {status: {ok: [0], errors: {-1: there is a mistake}}}
    ensures: ["implies(result == 0, (base == null) == (text == ''))"]
  lf_close: {params: {base: {nullable: true}}}
  lf_why: {returns: {to: string, lifetime: handle(base)}}
  lf_count:
"""


@pytest.fixture(autouse=True)
def _little(monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")


@pytest.mark.parametrize("variant", [0, 1])
@pytest.mark.parametrize(
    ("item", "phase"),
    [("lf_open", "properties"), ("lf_parse", "properties"), ("lf_base", "lifecycle"), ("lf_base", "explore")],
)
def test_it_is_destroyed_where_it_is_there(item, phase, variant, judged_of):
    (judged,) = judged_of("lf", HEADER, SOURCE, CONTRACT, item, (phase,), f"-DVARIANT={variant}")

    assert (judged.findings, judged.reasons) == ((), ())
    assert judged.calls or judged.explored


@pytest.mark.parametrize("item", ["lf_open", "lf_parse"])
def test_one_that_is_lost_is_found(item, codes_of):
    assert codes_of("lf", HEADER, SOURCE, CONTRACT, item, ("properties",), "-DVARIANT=2") == ["ABD371"]


@pytest.mark.parametrize(("item", "phase"), [("lf_open", "properties"), ("lf_base", "lifecycle")])
def test_one_that_is_gone_is_found(item, phase, codes_of):
    assert "ABD301" in codes_of("lf", HEADER, SOURCE, CONTRACT, item, (phase,), "-DVARIANT=3")
