"""A mark in memory of the caller's is no other handle, though nobody destroys it: its state is known."""

from __future__ import annotations

from abidance.generate.sequence_model import SequenceModel
from abidance.generate.sequences import some_sequences

HEADER = """
typedef struct st_list st_list;
typedef struct st_place st_place;
typedef struct { int at; } st_mark;
st_list *st_new(void);
void st_free(st_list *list);
int st_mark_first(st_mark *mark, const st_list *list);
st_place *st_place_first(const st_list *list);
int f(st_mark *mark);
int g(st_place *place);
"""
HANDLES = """
handles:
  st_list: {create: st_new, destroy: st_free}
  st_mark:
    create: st_mark_first
    states: [going, over]
    transitions: {f: {from: going, to: {over: result != 0, going: result == 0}}}
  st_place:
    create: st_place_first
    states: [going, over]
    transitions: {g: {from: going, to: {over: result != 0, going: result == 0}}}
"""
FUNCTIONS = """
st_mark_first:
  params: {mark: {out: st_mark, lifetime: handle(list)}}
  returns: {status: {ok: [0], errors: {-1: it is empty}}}
st_place_first: {returns: {handle: st_place, nullable: true, owner: callee, lifetime: handle(list)}}
g: {params: {place: {handle: st_place}}}
"""


def test_what_depends_on_the_state_of_a_mark_is_called_and_of_a_place_that_may_be_another_is_not(function):
    boundary, _ = function(HEADER, "params: {mark: {handle: st_mark}}", types=HANDLES, others=FUNCTIONS)

    def called_about(handle):
        cases = some_sequences(boundary, SequenceModel.of(boundary, handle), 100)
        return {step.function for case in cases for step in case.steps}

    assert "f" in called_about("st_mark")
    assert "g" not in called_about("st_place")
