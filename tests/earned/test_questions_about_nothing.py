"""A question about a handle that a call may leave as NULL says nothing of the calls that do."""

from __future__ import annotations

import pytest

HEADER = """
typedef struct box box;
box *box_new(int room);
int box_make(int room, box **made);
int box_room(const box *b);
void box_free(box *b);
"""
SOURCE = """
#include <stdlib.h>
#include "it.h"
struct box { int room; };
box *box_new(int room) {
    box *b = room > MOST ? NULL : malloc(sizeof *b);
    if (b) b->room = room == WRONG ? 0 : room;
    return b;
}
int box_make(int room, box **made) { return (*made = box_new(room)) ? 0 : -1; }
int box_room(const box *b) { return b->room; }
void box_free(box *b) { free(b); }
"""
CONTRACT = """
handles: {box: {create: [box_new, box_make], destroy: box_free}}
functions:
  box_new: {params: {room: {range: [0, 99]}}, returns: {handle: box, NULLS}, ensures: [box_room(result) == room]}
  box_make:
    params: {room: {range: [0, 99]}, made: {handle: box}}
    returns: {status: {ok: [0], errors: {-1: no room}}}
    ensures: [box_room(made) == room]
  box_room:
  box_free:
"""


def judged(small, most, wrong, nulls="nullable: true"):
    return small.run(
        HEADER, SOURCE, CONTRACT.replace("NULLS", nulls), flags=[f"-DMOST={most}", f"-DWRONG={wrong}"]
    )


@pytest.mark.slow
def test_what_is_left_as_null_breaks_nothing(small):
    ended = judged(small, 50, -1)

    assert (ended.status, ended.codes) == (0, []), ended.text
    assert "no call tested it" not in ended.text


@pytest.mark.slow
def test_what_is_left_is_held_to_it(small):
    ended = judged(small, 50, 7)

    assert (ended.status, {*ended.codes}) == (1, {"ABD321"}), ended.text
    assert "`box_room(result) == room` does not hold" in ended.text
    assert "`box_room(made) == room` does not hold" in ended.text


@pytest.mark.slow
def test_where_nothing_is_ever_left_it_is_not_tested(small):
    ended = judged(small, -1, -1)

    assert "`box_room(result) == room` of `box_new`: no call tested it" in ended.text
    assert ended.status != 0, ended.text


@pytest.mark.slow
def test_a_null_that_is_not_allowed_is_still_told(small):
    ended = judged(small, 50, -1, "nullable: false")

    assert (ended.status, {*ended.codes}) == (1, {"ABD322"}), ended.text
