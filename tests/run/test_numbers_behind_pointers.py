"""Handles that are numbers, of which calls are told where the caller has one: `uv_key_set(uv_key_t *key, ...)`."""

from __future__ import annotations

import pytest

HEADER = """\
typedef unsigned sl_slot;
int sl_make(sl_slot *slot);
void sl_put(sl_slot *slot, int number);
int sl_get(sl_slot *slot);
void sl_drop(sl_slot *slot);
"""
SOURCE = """\
#include "sl.h"
#include <stdlib.h>
static int used[8], numbers[8];
int sl_make(sl_slot *slot)
{
    for (unsigned i = 0; i < 8; i++)
        if (!used[i]) {
            used[i] = 1;
            numbers[i] = KEEPS ? numbers[i] : 0;
            *slot = 100 + i;
            return 0;
        }
    return -1;
}
static unsigned at(const sl_slot *slot)
{
    unsigned i = *slot - 100;
    if (i >= 8 || !used[i]) abort();
    return i;
}
void sl_put(sl_slot *slot, int number) { numbers[at(slot)] = number; }
int sl_get(sl_slot *slot) { return numbers[at(slot)]; }
void sl_drop(sl_slot *slot) { used[at(slot)] = 0; }
"""
CONTRACT = """\
abidance: 1
boundary: sl
header: sl.h
libraries: {c: {path: libsl.so}}
handles: {slot: {type: sl_slot, create: sl_make, destroy: sl_drop}}
functions:
  sl_make: {params: {slot: {handle: slot}}, returns: {status: {ok: [0], errors: {-1: all are in use}}}}
  sl_put: {params: {slot: {WORD: slot}, number: {range: [1, 9]}}}
  sl_get: {params: {slot: {WORD: slot}}, returns: {range: [0, 9]}}
  sl_drop: {params: {slot: {handle: slot}}}
laws:
  what_is_put_is_there:
    given: {number: {in: int, range: [1, 9]}}
    steps: ["s = sl_make()", "sl_put(s.slot, number)", "g = sl_get(s.slot)"]
    ensures: [g.result == number]
  nothing_is_there_at_first:
    given: {number: {in: int, range: [1, 9]}}
    steps: ["s = sl_make()", "sl_put(s.slot, number)", "sl_drop(s.slot)", "t = sl_make()", "g = sl_get(t.slot)"]
    ensures: [g.result == 0]
"""


@pytest.mark.slow
@pytest.mark.parametrize("word", ["handle", "inout"])
@pytest.mark.parametrize("phase", ["properties", "lifecycle"])
def test_calls_are_given_one_that_was_made(word, phase, codes_of):
    contract, item = CONTRACT.replace("WORD", word), "slot" if phase == "lifecycle" else "sl_get"
    assert codes_of("sl", HEADER, SOURCE, contract, item, (phase,), "-DKEEPS=0") == []


@pytest.mark.slow
@pytest.mark.parametrize(("keeps", "codes"), [("0", []), ("1", ["ABD376"])], ids=["sound", "defect"])
def test_laws_are_given_the_one_that_a_step_left(keeps, codes, codes_of):
    contract, law = CONTRACT.replace("WORD", "handle"), "nothing_is_there_at_first"
    assert codes_of("sl", HEADER, SOURCE, contract, law, ("laws",), f"-DKEEPS={keeps}") == codes
