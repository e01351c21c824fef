"""How often kept callbacks are invoked, in compiled contracts: during the call that gives them, and in all."""

from __future__ import annotations

import pytest
from built_contract import of_family, of_texts

VARIANTS = ("sound", "near", "wrong", "twice")
HEADER = """
typedef struct shelf shelf;
shelf *shelf_new(void);
void shelf_free(shelf *s);
int shelf_put(shelf *s, int place, void *thing, void (*gone)(void *thing));
"""
CONTRACT = """
abidance: 1
boundary: shelf
header: shelf.h
libraries: {c: {path: libshelf.so}}
handles: {shelf: {create: shelf_new, destroy: shelf_free}}
functions:
  shelf_new: {returns: {handle: shelf}}
  shelf_free: {params: {s: {handle: shelf}}}
  shelf_put:
    params:
      s: {handle: shelf}
      place: {range: [0, 3]}
      gone: {callback: {in_all: 1, lifetime: handle(shelf), user_data: thing}, user_data: thing}
    returns: {status: {ok: [0], errors: {-1: there is no such place}}}
    ensures: ["len(gone.calls) == (1 if result == -1 else 0)"]
"""
SOURCE = """
#include "shelf.h"
#include <stdlib.h>
struct shelf { void *things[3]; void (*gone[3])(void *); };
shelf *shelf_new(void) { return calloc(1, sizeof(shelf)); }
static void tell(shelf *s, int place) { if (s->gone[place]) s->gone[place](s->things[place]); }
void shelf_free(shelf *s)
{
    for (int i = 0; i < 3; i++)
        if (!(FORGETS && i == 2)) tell(s, i);
    free(s);
}
int shelf_put(shelf *s, int place, void *thing, void (*gone)(void *))
{
    if (place == 3) {
        if (!SILENT) gone(thing);
        return -1;
    }
    tell(s, place); /* of what was there before, which nobody counts to this one */
    s->things[place] = thing, s->gone[place] = gone;
    return 0;
}
"""
SHELVES = {"shelf_sound": (0, 0), "shelf_silent": (1, 0), "shelf_forgets": (0, 1)}


@pytest.fixture(scope="module")
def notified(tmp_path_factory):
    return of_family(tmp_path_factory.mktemp("notified"), "notified", VARIANTS.index)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    def flags(name):
        silent, forgets = SHELVES[name]
        return f"-DSILENT={silent}", f"-DFORGETS={forgets}"

    return of_texts(tmp_path_factory.mktemp("shelf"), "shelf", HEADER, CONTRACT, SOURCE, flags)


@pytest.mark.slow
@pytest.mark.parametrize("library", ["wrong", "twice"])
def test_what_is_told_too_often_or_never_is_found(library, notified):
    assert "ABD341 no_put" in notified.run(library, "no_list").stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_what_is_told_once_is_no_finding(library, notified):
    ended = notified.run(library, "no_list", 100_000, 1)  # there are more callbacks at a time than scripts

    assert ended.returncode == 0, ended.stderr
    assert notified.target.left == ()


@pytest.mark.slow
def test_a_kept_callback_that_a_failed_call_does_not_tell_is_found(shelf):
    assert "ABD321 shelf_put" in shelf.run("shelf_silent", "shelf_put").stderr


@pytest.mark.slow
def test_one_that_the_end_of_its_handle_does_not_tell_is_found(shelf):
    assert "ABD341 shelf_put" in shelf.run("shelf_forgets", "shelf_put").stderr


@pytest.mark.slow
@pytest.mark.parametrize("entry", ["shelf", "shelf_put"])
def test_one_that_an_earlier_call_gave_is_not_counted_to_a_later_one(entry, shelf):
    ended = shelf.run("shelf_sound", entry)

    assert ended.returncode == 0, ended.stderr
    assert shelf.target.left == ()
