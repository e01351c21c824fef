"""Handles that a callback empties where they are destroyed: targets of compiled contracts pass one at the end, too."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
typedef struct re_heap re_heap;
re_heap *re_new(void);
int re_put(re_heap *heap, char *text);
void re_free_full(re_heap *heap, void (*release)(void *text));
"""
SOURCE = """\
#include "re.h"
#include <stdlib.h>
struct re_heap { char *held[4]; int count; };
re_heap *re_new(void) { return calloc(1, sizeof(re_heap)); }
int re_put(re_heap *heap, char *text)
{
    if (heap->count == 4)
        return -1;
    heap->held[heap->count++] = text;
    return WRONG == 1 && heap->count == 3 ? 1 : 0;
}
void re_free_full(re_heap *heap, void (*release)(void *text))
{
    for (int i = WRONG == 2; i < heap->count; i++)
        release(heap->held[i]);
    free(heap);
}
"""
CONTRACT = """\
abidance: 1
boundary: re
header: re.h
libraries: {c: {path: libre.so}}
handles:
  re_heap:
    create: re_new
    destroy: re_free_full
    counts: {held: {most: 4}}
    transitions: {re_put: {counts: {held: held + 1}}}
functions:
  re_new:
  re_put:
    params: {text: {in: string, max: 9, owner: callee, free: free}}
    returns: {status: {ok: [0], errors: {-1: it is full}}}
  re_free_full:
    params: {release: {callback: {params: {text: {to: string, owner: callee, free: free}}}}}
    ensures: [len(release.calls) == old(heap.held)]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "wrong", "codes"),
    [
        ("re_put", 0, set()),
        ("re_heap", 0, set()),
        ("re_heap", 1, {"ABD322", "ABD372"}),
        ("re_heap", 2, {"ABD321", "ABD371"}),
    ],
)
def test_it_is_given_one_at_the_end(item, wrong, codes, findings_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found = findings_of("re", HEADER, SOURCE, CONTRACT, item, ("explore",), f"-DWRONG={wrong}")

    assert {each.diagnostic.code.id for each in found} <= codes
    assert bool(found) == bool(codes)
