"""What is found of several elements of one place has one cause, and what is found of two places has two."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct { int left, right; } el_pair;
int el_read(int *into, int n);
int el_ranked(int *into, int n);
int el_pairs(el_pair *into, int n);
"""
SOURCE = """\
#include <stdlib.h>
#include "el.h"
int el_read(int *into, int n)
{
    int *fresh = malloc(sizeof *fresh * n);
    for (int i = 0; i < n; i++) into[i] = n > 2 ? fresh[i] : 0;
    free(fresh);
    return 0;
}
int el_ranked(int *into, int n) { for (int i = 0; i < n; i++) into[i] = 10 + i; return 0; }
int el_pairs(el_pair *into, int n)
{
    for (int i = 0; i < n; i++) into[i] = (el_pair){n == 3 ? 10 : 0, n == 4 ? 10 : 0};
    return 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: el
header: el.h
libraries: {c: {path: libel.so}}
types:
  el_pair: {fields: {left: {range: [0, 9]}, right: {range: [0, 9]}}}
functions:
  el_read:
    params: {into: {out: array, length: n}, n: {range: [1, 9]}}
    returns: {status: {ok: [0]}}
  el_ranked:
    params: {into: {out: array, length: n, range: [0, 9]}, n: {range: [3, 9]}}
    returns: {status: {ok: [0]}}
  el_pairs:
    params: {into: {out: array, length: n}, n: {range: [3, 9]}}
    returns: {status: {ok: [0]}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "messages", "counted"),
    [
        (
            "el_read",
            ["`into[0]` of `el_read` depends on uninitialised memory"],
            {"so of 1 more element there"},
        ),
        ("el_ranked", ["`el_ranked` left 10 in `*into`, not from 0 to 9"], {"so of 2 more elements there"}),
        (
            "el_pairs",
            [
                "`el_pairs` left 10 in `into[0].left`, not from 0 to 9",
                "`el_pairs` left 10 in `into[0].right`, not from 0 to 9",
            ],
            {"so of 2 more elements there", "so of 3 more elements there"},
        ),
    ],
)
@pytest.mark.several_causes
def test_elements_are_one_cause_and_fields_are_two(function, messages, counted, findings_of):
    found = findings_of("el", HEADER, SOURCE, CONTRACT, function, ("edges", "properties"))

    assert sorted({each.diagnostic.message for each in found}) == messages
    more = {note for each in found for note in each.diagnostic.notes if note.startswith("so of ")}
    assert more == counted
