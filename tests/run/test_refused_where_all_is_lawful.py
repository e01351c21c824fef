"""What may be called in every state is refused in one alone that says so, as an iterator at its end."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stdbool.h>
typedef struct re_walk re_walk;
re_walk *re_walk_new(unsigned n);
void re_walk_free(re_walk *walk);
bool re_walk_next(re_walk *walk, int *value);
"""
SOURCE = """\
#include <stdlib.h>
#include "re.h"
enum { SOUND, NEAR, AGAIN };
struct re_walk { unsigned left; int ends; };
re_walk *re_walk_new(unsigned n)
{
    re_walk *walk = calloc(1, sizeof *walk);
    walk->left = n;
    return walk;
}
void re_walk_free(re_walk *walk) { free(walk); }
bool re_walk_next(re_walk *walk, int *value)
{
    if (walk->left == 0) {
        if (WRONG == AGAIN && walk->ends == 0) walk->left = 2; /* begins anew */
        if (WRONG == NEAR) *value = -1;
        walk->ends++;
        return false;
    }
    *value = --walk->left;
    return true;
}
"""
CONTRACT = """\
abidance: 1
boundary: re
header: re.h
libraries: {c: {path: libre.so}}
handles:
  re_walk:
    create: re_walk_new
    destroy: re_walk_free
    states: [going, over]
    transitions: {re_walk_next: {to: {going: result, over: true}}}
functions:
  re_walk_new: {params: {n: {range: [0, 4]}}}
  re_walk_free:
  re_walk_next:
    params: {value: {out: int, on_failure: unspecified}}
    rejects: [{when: {walk: over}, returns: false}]
"""


@pytest.mark.parametrize("wrong", ["SOUND", "NEAR"])
def test_it_is_no_refused_call_before(wrong, judged_of):
    for judged in judged_of("re", HEADER, SOURCE, CONTRACT, "re_walk_next", ("rejects",), f"-DWRONG={wrong}"):
        assert (judged.findings, judged.reasons) == ((), ())
        assert judged.cases >= 3


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["SOUND", "NEAR"])
def test_nor_while_exploring(wrong, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    assert {
        *codes_of("re", HEADER, SOURCE, CONTRACT, "re_walk_next", ("explore",), f"-DWRONG={wrong}")
    } == set()


@pytest.mark.slow
def test_what_goes_on_behind_its_end_is_found(codes_of):
    found = codes_of("re", HEADER, SOURCE, CONTRACT, "re_walk_next", ("rejects",), "-DWRONG=AGAIN", least=3)
    assert {*found} == {"ABD323"}


@pytest.mark.slow
def test_what_goes_on_behind_its_end_is_found_while_exploring(codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "2")
    found = codes_of("re", HEADER, SOURCE, CONTRACT, "re_walk_next", ("explore",), "-DWRONG=AGAIN")
    assert {*found} == {"ABD323"}
