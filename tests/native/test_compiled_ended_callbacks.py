"""Kept callbacks whose time another call ends, in a compiled contract."""

from __future__ import annotations

import pytest
from built_contract import of_texts

VARIANTS = ("sound", "near", "refuses", "wrong_set", "wrong_clear")

HEADER = """
typedef struct bell bell;
typedef void (*bell_heard)(void *mine, int event);
bell *bell_new(void);
void bell_free(bell *b);
int bell_set(bell *b, bell_heard heard, void *mine);
int bell_add(bell *b, bell_heard heard, void *mine);
int bell_clear(bell *b, int really);
int bell_ring(bell *b, int event);
"""
SOURCE = """
#include <stdlib.h>
#include "bell.h"
enum { SOUND, NEAR, REFUSES, WRONG_SET, WRONG_CLEAR, PLACES = 4 };
typedef struct { bell_heard heard; void *mine; } place;
struct bell { place one, was, more[PLACES]; int count; };
bell *bell_new(void) { return calloc(1, sizeof(bell)); }
void bell_free(bell *b) { free(b); }
int bell_set(bell *b, bell_heard heard, void *mine)
{
    if (VARIANT == REFUSES && b->one.heard)
        return -1;
    b->was = b->one;
    b->one.heard = heard, b->one.mine = mine;
    return 0;
}
int bell_add(bell *b, bell_heard heard, void *mine)
{
    if (b->count == PLACES)
        return -1;
    b->more[b->count].heard = heard, b->more[b->count++].mine = mine;
    return 0;
}
int bell_clear(bell *b, int really)
{
    if (!really)
        return -1;
    b->count = VARIANT == WRONG_CLEAR && b->count == 3 ? 1 : 0;
    return 0;
}
/* The near one asks for what was set before what was added; the one that was replaced stays where it was, unused. */
int bell_ring(bell *b, int event)
{
    int heard = 0;
    if (VARIANT == NEAR && b->one.heard)
        b->one.heard(b->one.mine, event), heard++;
    for (int i = 0; i < b->count; i++)
        b->more[i].heard(b->more[i].mine, event), heard++;
    if (VARIANT != NEAR && b->one.heard)
        b->one.heard(b->one.mine, event), heard++;
    if (VARIANT == WRONG_SET && event == 7 && b->was.heard)
        b->was.heard(b->was.mine, event);
    return heard;
}
"""
CONTRACT = """
abidance: 1
boundary: bell
header: bell.h
libraries: {c: {path: libbell.so}}
handles: {bell: {create: bell_new, destroy: bell_free}}
functions:
  bell_set:
    params:
      heard: {callback: {params: {event: {range: [0, 9]}}, lifetime: handle(bell), until: bell_set}, user_data: mine}
    returns: {status: {ok: [0], errors: {-1: there is one}}}
  bell_add:
    params:
      heard: {callback: {params: {event: {range: [0, 9]}}, lifetime: handle(bell), until: bell_clear}, user_data: mine}
    returns: {status: {ok: [0], errors: {-1: it is full}}}
  bell_clear: {params: {really: {range: [0, 1]}}, returns: {status: {ok: [0], errors: {-1: it is not}}}}
  bell_ring: {params: {event: {range: [0, 9]}}, ensures: [result >= 0]}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bell")
    return of_texts(
        folder, "bell", HEADER, CONTRACT, SOURCE, lambda name: (f"-DVARIANT={VARIANTS.index(name)}",)
    )


@pytest.mark.parametrize(("library", "giver"), [("wrong_set", "bell_set"), ("wrong_clear", "bell_add")])
def test_one_that_was_taken_back_and_is_invoked_is_found(library, giver, built):
    assert not built.target.left
    assert f"ABD345 {giver}" in built.run(library, "bell").stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near", "refuses"])
def test_one_that_is_there_still_may_be_invoked(library, built):
    for entry in built.target.entries:
        ended = built.run(library, entry, 100_000, 2)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")
