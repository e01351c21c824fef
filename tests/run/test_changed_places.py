"""Calls that exchange two handles: each has afterwards what the other one had."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct sw_note sw_note;
sw_note *sw_new(void);
void sw_free(sw_note *note);
int sw_put(sw_note *note, int number);
void sw_seal(sw_note *note);
void sw_flip(sw_note *note);
void sw_swap(sw_note *a, sw_note *b);
void sw_turn(sw_note *a, sw_note *b, sw_note *c);
int sw_count(const sw_note *note);
int sw_sum(const sw_note *note);
int sw_is_sealed(const sw_note *note);
"""
SOURCE = """\
#include "sw.h"
#include <stdlib.h>
struct sw_note { int numbers[4], count, sealed; };
sw_note *sw_new(void) { return calloc(1, sizeof(sw_note)); }
void sw_free(sw_note *note) { free(note); }
int sw_put(sw_note *note, int number)
{
    if (note->sealed || note->count == 4)
        abort();                /* no lawful caller gets here */
    note->numbers[note->count++] = number;
    return 0;
}
void sw_seal(sw_note *note) { note->sealed = 1; }
void sw_flip(sw_note *note) { note->sealed = !note->sealed; }
void sw_swap(sw_note *a, sw_note *b)
{
    sw_note was = *a;
    *a = *b;
    *b = was;
#if WRONG == 1                  /* one of them is as it was */
    *a = was;
#elif WRONG == 2                /* they are exchanged, but for the seal */
    b->sealed = a->sealed;
    a->sealed = was.sealed;
#elif WRONG == 3                /* a note of two loses one */
    if (b->count == 2)
        b->count--;
#elif WRONG == 4                /* nothing but what is in them is wrong */
    if (b->count == 2)
        b->numbers[1] = 0;
#endif
}
void sw_turn(sw_note *a, sw_note *b, sw_note *c)
{
    sw_swap(a, b);
    sw_swap(b, c);
#if WRONG == 5
    sw_swap(a, c);
#endif
}
int sw_count(const sw_note *note) { return note->count; }
int sw_sum(const sw_note *note)
{
    int sum = 0;
    for (int i = 0; i < note->count; i++)
        sum += note->numbers[i];
    return sum;
}
int sw_is_sealed(const sw_note *note) { return note->sealed; }
"""
CONTRACT = """\
abidance: 1
boundary: sw
header: sw.h
libraries: {c: {path: libsw.so}}
handles:
  sw_note:
    create: sw_new
    destroy: sw_free
    states:
      open: {shown_by: {sw_is_sealed: result == 0}}
      sealed: {shown_by: {sw_is_sealed: result == 1}}
    counts: {held: {most: 4, shown_by: {sw_count: result == held}}}
    transitions:
      sw_put: {from: open, counts: {held: held + 1}}
      sw_seal: {from: open, to: sealed}
      sw_flip: [{from: open, to: sealed}, {from: sealed, to: open}]
      sw_swap: [{of: a, copies: b}, {of: b, copies: a}]
      sw_turn: [{of: a, copies: b}, {of: b, copies: c}, {of: c, copies: a}]
functions:
  sw_put: {params: {number: {range: [1, 9]}}, returns: {status: {ok: [0]}}}
  sw_seal:
  sw_flip:
  sw_swap: {ensures: [sw_sum(a) == old(sw_sum(b)), sw_sum(b) == old(sw_sum(a))]}
  sw_turn:
  sw_count:
  sw_sum:
  sw_is_sealed:
"""
SAID = {
    1: {"ABD334", "ABD321"},
    2: {"ABD334"},
    3: {"ABD334", "ABD321"},
    4: {"ABD321"},
    5: {"ABD334"},
}


@pytest.mark.slow
@pytest.mark.parametrize("wrong", SAID)
def test_what_the_other_one_had_and_is_lost_is_found(wrong, codes_of):
    assert SAID[wrong] & {
        *codes_of("sw", HEADER, SOURCE, CONTRACT, "sw_note", ("lifecycle",), f"-DWRONG={wrong}", least=100)
    }


@pytest.mark.slow
def test_what_changes_places_is_used_from_there(codes_of):
    assert codes_of("sw", HEADER, SOURCE, CONTRACT, "sw_note", ("lifecycle",), "-DWRONG=0", least=100) == []


@pytest.mark.slow
def test_two_copies_one_after_the_other_are_no_exchange(codes_of):
    """The near miss: where only one of them is said to be led on, the other one is thought to be as it was."""
    one = CONTRACT.replace("[{of: a, copies: b}, {of: b, copies: a}]", "{of: a, copies: b}")

    assert "ABD334" in codes_of("sw", HEADER, SOURCE, one, "sw_note", ("lifecycle",), "-DWRONG=0", least=100)
