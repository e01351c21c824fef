"""Calls on a handle in the caller's memory, and such that are asked about, are explored many times in a row as well."""

from __future__ import annotations

import pytest
from built_contract import of_words

from abidance.generate.sequence_model import SequenceModel

HEADER = """
#include <stdlib.h>
typedef struct { unsigned char *at; unsigned used, room; } tape;
int tape_begin(tape *t);
void tape_put(tape *t, unsigned value, int bytes);      /* as many bytes, up to 4 */
unsigned tape_used(const tape *t);
void tape_seal(tape *t);                                /* nothing is put after that */
void tape_give(tape *t, char *text);
void tape_end(tape *t);
"""
CONTRACT = """
abidance: 1
boundary: tapes
header: tapes.h
libraries: {c: {path: libtapes.so}}
handles:
  tape:
    create: tape_begin
    destroy: tape_end
    states: [open, sealed]
    transitions: {tape_put: {from: open}, tape_seal: {from: open, to: sealed}}
functions:
  tape_begin: {returns: {status: {ok: [0], errors: {-1: no memory}}}}
  tape_put:
    params: {t: {handle: tape}, bytes: {range: [0, 4]}}
    ensures: [tape_used(t) == old(tape_used(t)) + bytes]
  tape_used: {params: {t: {handle: tape}}}
  tape_seal: {params: {t: {handle: tape}}}
  tape_give: {params: {t: {handle: tape}, text: {in: string, owner: callee, free: free}}}
  tape_end: {params: {t: {handle: tape}}}
"""
SOURCE = """
#include "tapes.h"
int tape_begin(tape *t)
{
    *t = (tape){malloc(200), 0, 200};
    return t->at ? 0 : -1;
}
void tape_put(tape *t, unsigned value, int bytes)
{
    if (t->used + ROOM > t->room) {
        unsigned char *more = realloc(t->at, t->room + 200);
        if (!more) abort();
        t->at = more;
        t->room += 200;
    }
    for (int i = 0; i < bytes; i++) t->at[t->used++] = (unsigned char)(value >> 8 * i);
}
unsigned tape_used(const tape *t) { return t->used; }
void tape_seal(tape *t) { (void)t; }
void tape_give(tape *t, char *text) { (void)t; free(text); }
void tape_end(tape *t) { free(t->at); }
"""
ROOMS = {"sound": "4", "near": "(unsigned)bytes", "wrong": "3"}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tapes")
    return of_words(folder, "tapes", HEADER, CONTRACT, SOURCE, lambda name: {"ROOM": ROOMS[name]})


@pytest.mark.slow
def test_those_that_may_follow_themselves_are_told(built):
    roles = {role.function.name: role for role in SequenceModel.of(built.boundary, "tape").roles}

    assert [name for name, role in roles.items() if role.follows_itself] == ["tape_put"]
    assert not any(role.repeatable for role in roles.values())


@pytest.mark.slow
def test_room_that_is_one_byte_short_after_many_calls_is_found(built):
    assert "heap-buffer-overflow" in built.run("wrong", "tape", 30_000, 1).stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_room_that_is_enough_is_left_alone(built, library):
    ended = built.run(library, "tape", 30_000, 1)

    assert (ended.returncode, ended.stderr) == (0, "")
