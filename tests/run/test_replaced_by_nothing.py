"""A call may leave NULL in the place of a handle where a postcondition says when: then that is gone."""

from __future__ import annotations

import pytest

HEADER = """
typedef struct rn_list rn_list;
int rn_set(rn_list **list, const char *key, const char *value);
int rn_count(const rn_list *list);
void rn_free(rn_list **list);
"""
SOURCE = """
#include "rn.h"
#include <stdlib.h>
#include <string.h>

enum { SOUND, NEAR, LEAKS, LEAVES, HURRIES };
struct rn_list {
    int count;
    char keys[8][4];
};

static int ended(rn_list **list)
{
    rn_list *it = *list;
    if (VARIANT != LEAKS)
        free(it);
    if (VARIANT != LEAVES)
        *list = NULL;
    return 0;
}

/* Makes the list where there is none, and ends it with its last entry, as av_dict_set does. */
int rn_set(rn_list **list, const char *key, const char *value)
{
    rn_list *it = *list;
    int at = 0;
    if (it == NULL && value == NULL)
        return 0;
    if (it == NULL)
        it = *list = calloc(1, sizeof *it);
    while (at < it->count && strcmp(it->keys[at], key) != 0)
        at++;
    if (value != NULL && at == 8)
        return -1;
    if (value != NULL && at == it->count)
        strcpy(it->keys[it->count++], key);
    if (value == NULL && at < it->count)
        memmove(it->keys[at], it->keys[at + 1], sizeof *it->keys * (--it->count - at));
    if (VARIANT == NEAR && it->count > 0) { /* is somewhere else each time */
        *list = malloc(sizeof *it);
        memcpy(*list, it, sizeof *it);
        free(it);
        it = *list;
    }
    return it->count <= (VARIANT == HURRIES && value == NULL) ? ended(list) : 0;
}

int rn_count(const rn_list *list)
{
    return list->count;
}

void rn_free(rn_list **list)
{
    free(*list);
    *list = NULL;
}
"""
CONTRACT = """
abidance: 1
boundary: rn
header: rn.h
libraries: {c: {path: librn.so}}
handles:
  rn_list: {create: rn_set_first, destroy: rn_free}
functions:
  rn_set_first:
    function: rn_set
    params:
      list: {out: rn_list, initially: null}
      key: {in: string, like: '[ab]{1,2}'}
      value: {in: string, max: 4, nullable: true}
    returns: {status: {ok: [0]}}
    ensures: [(list == null) == (value == null)]
  rn_set:
    params: {list: {inout: rn_list}, key: {in: string, like: '[ab]{1,2}'}, value: {in: string, max: 4, nullable: true}}
    returns: {status: {ok: [0], errors: {-1: it is full}}}
    ensures: [ENSURES]
  rn_count: {returns: {range: [1, 8]}}
  rn_free: {ensures: [list == null]}
"""
GONE = "implies(list == null, value == null and old(rn_count(list)) == 1)"
ALL = [("rn_set", "properties"), ("rn_list", "lifecycle"), ("rn_list", "explore")]


@pytest.fixture(autouse=True)
def _little(monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")


@pytest.mark.parametrize("variant", [0, 1])
@pytest.mark.parametrize(("item", "phase"), ALL)
def test_what_is_gone_is_used_no_more(item, phase, variant, judged_of):
    contract = CONTRACT.replace("ENSURES", GONE)
    (judged,) = judged_of("rn", HEADER, SOURCE, contract, item, (phase,), f"-DVARIANT={variant}")

    assert (judged.findings, judged.reasons) == ((), ())
    assert judged.calls or judged.explored


@pytest.mark.parametrize(
    ("variant", "code", "item", "phase"),
    [
        (2, "ABD371", *ALL[0]),  # is not freed
        (2, "ABD371", *ALL[1]),
        (3, "ABD301", *ALL[0]),  # is freed, and still there
        (3, "ABD301", *ALL[1]),
        (4, "ABD321", *ALL[1]),  # is gone with an entry in it
    ],
)
def test_what_is_wrong_with_that_is_found(variant, code, item, phase, codes_of):
    contract = CONTRACT.replace("ENSURES", GONE)

    assert code in codes_of("rn", HEADER, SOURCE, contract, item, (phase,), f"-DVARIANT={variant}")


@pytest.mark.parametrize(
    "ensures", ["", "implies(value != null, old(list) != null)", "list != old(list) or result == 0"]
)
def test_nothing_is_left_where_no_postcondition_says_so(ensures, codes_of):
    contract = CONTRACT.replace("ENSURES", f'"{ensures}"' if ensures else "")

    assert "ABD322" in codes_of("rn", HEADER, SOURCE, contract, "rn_set", ("properties",), "-DVARIANT=0")
