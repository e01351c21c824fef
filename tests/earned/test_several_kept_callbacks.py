"""Callbacks that several calls of one function have given a handle are told apart, however they are called back."""

from __future__ import annotations

import pytest

HEADER = """
typedef struct hb hb;
hb *hb_new(void);
void hb_free(hb *hub);
int hb_on(hb *hub, int number, void (*told)(void *mine, int how), void *with);
int hb_tell(hb *hub, int number, char *out);
"""
SOURCE = """
#include <stdlib.h>
struct hb { void (*told[2])(void *, int); void *with[2]; };
hb *hb_new(void) { return calloc(1, sizeof(hb)); }
void hb_free(hb *hub) { free(hub); }
int hb_on(hb *hub, int number, void (*told)(void *mine, int how), void *with)
{
    hub->told[number] = told;
    hub->with[number] = with;
    return 0;
}
int hb_tell(hb *hub, int number, char *out)
{
    int *how = malloc(sizeof *how);
    if (!how)
        return -1;
    if (!UNSET || number == 0)
        *how = number;
    if (hub->told[number])
        hub->told[number](hub->with[number], *how & 3);
    free(how);
    *out = 'a';  /* of four bytes, three are left as they were */
    return 1;
}
"""
CONTRACT = """
handles: {hb: {create: hb_new, destroy: hb_free}}
functions:
  hb_on:
    params:
      number: {range: [0, 1]}
      told: {callback: {lifetime: handle(hb)}, user_data: with}
    returns: {status: {ok: [0]}}
  hb_tell:
    params: {number: {range: [0, 1]}, out: {out: bytes, capacity: 4, length: result}}
    returns: {status: {ok: [1], errors: {-1: no memory}}}
laws:
  both_are_told_apart:
    given: {hub: hb, a: {in: int, range: [0, 1]}}
    steps: [hb_on(hub, 0), hb_on(hub, 1), hb_tell(hub, a)]
    ensures: [a >= 0]
"""


@pytest.mark.slow
@pytest.mark.parametrize(("unset", "codes"), [(0, set()), (1, {"ABD327"})])
def test_only_what_depends_on_memory_that_nothing_has_set_differs(unset, codes, small):
    ended = small.run(HEADER, SOURCE, CONTRACT, flags=[f"-DUNSET={unset}"], examples=60)

    assert {*ended.codes} == codes, ended.text
    assert "is different each time" not in ended.text
