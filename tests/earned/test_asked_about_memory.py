"""A function that a postcondition asks about a call's memory has promises of its own, and they are not judged there."""

from __future__ import annotations

import pytest

HEADER = """
#include <stddef.h>
typedef struct pile pile;
pile *pile_new(void);
int pile_add(pile *p, const char *data, int n);
int pile_may(const char *data, int n);
void pile_free(pile *p);
"""
SOURCE = """
#include <stdlib.h>
struct pile { int n; };
pile *pile_new(void) { return calloc(1, sizeof(pile)); }
int pile_may(const char *data, int n)
{
    for (int i = 0; i < n; i++) if (data[i] < '0' || data[i] > '9' + MORE) return -1;
    return 0;
}
int pile_add(pile *p, const char *data, int n)
{
    if (pile_may(data, n) && !(TAKES && p->n == 3)) return -1;
    p->n++;
    return 0;
}
void pile_free(pile *p) { free(p); }
"""
CONTRACT = """
handles: {pile: {create: pile_new, destroy: pile_free}}
functions:
  pile_add:
    params: {data: {in: bytes, length: n, like: '[0-9a]*'}, n: {range: [1, 9]}}
    returns: {status: {ok: [0], errors: {-1: it has something else}}}
    ensures: [result == pile_may(data, n)]
  pile_may:
    params: {data: {in: bytes, length: n, like: '[0-9:a]*'}, n: {range: [1, 9]}}
    returns: {status: {ok: [0], errors: {-1: it has something else}}}
    ensures: [(result == 0) == all(48 <= c <= 57 for c in data)]
"""


@pytest.mark.parametrize(
    ("flags", "expected", "told"),
    [
        (("-DMORE=0", "-DTAKES=0"), [], ""),
        (("-DMORE=1", "-DTAKES=0"), ["ABD321"], "after `pile_may` returned 0"),
        (("-DMORE=0", "-DTAKES=1"), ["ABD321"], "after `pile_add` returned 0"),
    ],
)
def test_what_is_asked_about_memory_in_a_sequence_is_no_call_of_it(small, flags, expected, told):
    ended = small.run(HEADER, SOURCE, CONTRACT, flags=flags, examples=100)
    assert sorted({*ended.codes}) == expected, ended.text
    assert told in ended.text
    assert "ABD107" not in ended.text
