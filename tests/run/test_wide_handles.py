"""Of a handle with many functions some are tried together: what three of them show is not left to chance."""

from __future__ import annotations

import pytest

from abidance.generate.related_names import related
from abidance.generate.seeded_source import Dice

PLAIN = ("width", "height", "depth", "weight", "colour", "price", "rank", "age", "share", "speed")
"""What a part has besides its marks, each with a function that sets, gets and clears it, or tells whether it is set."""
HEADER = (
    "#include <stdbool.h>\ntypedef struct wh_part wh_part;\nwh_part *wh_new(void);\nvoid wh_free(wh_part *part);\n"
    + "".join(
        f"void wh_set_{name}(wh_part *part, int to);\nint wh_{name}(const wh_part *part);\n"
        f"void wh_clear_{name}(wh_part *part);\nbool wh_has_{name}(const wh_part *part);\n"
        for name in PLAIN
    )
    + "int wh_marks_add(wh_part *part, unsigned char mark);\nint wh_marks_count(const wh_part *part);\n"
    "bool wh_marks_know(const wh_part *part, unsigned char mark);\nvoid wh_marks_begin(wh_part *part);\n"
    "int wh_marks_next(wh_part *part, unsigned char *mark);\n"
)
SOURCE = """
#include "wide.h"
#include <stdlib.h>
#include <string.h>
struct wh_part { int values[%(many)d]; bool there[%(many)d]; unsigned char marks[8]; int count, at; };
wh_part *wh_new(void) { return calloc(1, sizeof(wh_part)); }
void wh_free(wh_part *part) { free(part); }
%(plain)s
int wh_marks_add(wh_part *part, unsigned char mark) {
    if (part->count == 8)
        return -1;
    part->marks[part->count++] = mark;
    part->at = part->count;
    return 0;
}
int wh_marks_count(const wh_part *part) { return part->count; }
bool wh_marks_know(const wh_part *part, unsigned char mark) { return memchr(part->marks, mark, part->count) != NULL; }
void wh_marks_begin(wh_part *part) { part->at = 0; }
int wh_marks_next(wh_part *part, unsigned char *mark) {
    if (part->at == part->count)
        return -1;
    *mark = %(next)s;
    return 0;
}
"""
FORWARDS, BACKWARDS = "part->marks[part->at++]", "part->marks[part->count - ++part->at]"
PAST = "part->marks[++part->at]"  # its first is the second
CONTRACT = """
abidance: 1
boundary: wide
header: wide.h
libraries: {c: {path: libwide.so}}
handles: {wh_part: {create: wh_new, destroy: wh_free}}
functions:
  wh_new:
  wh_marks_add: {returns: {status: {ok: [0], errors: {-1: it is full}}}}
  wh_marks_count:
  wh_marks_know:
  wh_marks_begin:
  wh_marks_next:
    params: {mark: {out: "unsigned char"}}
    returns: {status: {ok: [0], errors: {-1: there is no more}}}
    ensures: ["implies(result == 0, wh_marks_know(part, mark))"]
"""


def source(next_one):
    plain = "".join(
        f"void wh_set_{name}(wh_part *part, int to) {{ part->values[{n}] = to; part->there[{n}] = 1; }}\n"
        f"int wh_{name}(const wh_part *part) {{ return part->values[{n}]; }}\n"
        f"void wh_clear_{name}(wh_part *part) {{ part->values[{n}] = 0; part->there[{n}] = 0; }}\n"
        f"bool wh_has_{name}(const wh_part *part) {{ return part->there[{n}]; }}\n"
        for n, name in enumerate(PLAIN)
    )
    return SOURCE % {"many": len(PLAIN), "plain": plain, "next": next_one}


def contract():
    return CONTRACT + "".join(
        f"  wh_set_{name}: {{ensures: [wh_{name}(part) == to, wh_has_{name}(part)]}}\n"
        f"  wh_{name}:\n  wh_clear_{name}: {{ensures: [not wh_has_{name}(part)]}}\n  wh_has_{name}:\n"
        for name in PLAIN
    )


@pytest.mark.full
def test_what_three_calls_of_fifty_functions_show_is_found(codes_of_sequences):
    """One is added, the marks are begun, and the first is asked for: any other call between them is one too many."""
    found = codes_of_sequences("wide", HEADER, source(PAST), contract(), "wh_part", "-O1", least=100)
    assert found == ["ABD321"]


@pytest.mark.parametrize("next_one", [FORWARDS, pytest.param(BACKWARDS, marks=pytest.mark.full)])
def test_a_sound_one_has_no_finding(next_one, codes_of_sequences):
    assert codes_of_sequences("wide", HEADER, source(next_one), contract(), "wh_part", "-O1") == []


def test_those_belong_together_that_share_a_word_which_few_have():
    names = [
        "st_set_width",
        "st_width",
        "st_set_depth",
        "st_depth",
        *(f"st_{letter}" * 2 for letter in "abcdefghi"),
    ]

    chosen = {related(names, Dice.without_strategies(bytes([n]))) for n in range(40)}
    assert chosen == {frozenset(names[:2]), frozenset(names[2:4]), frozenset(names[:4:2])}


def test_where_no_words_are_shared_all_are_chosen():
    names = [f"{letter}{letter}" for letter in "abcdefgh"]
    assert related(names, Dice.without_strategies(b"1")) == {*names}
