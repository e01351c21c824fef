"""Handles that are made from another of their kind, which stays in a state of its own as long as they live."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct ck_tx ck_tx;
ck_tx *ck_begin(void);
/* A transaction within one, of which nothing but the sum may be asked until that is over. */
ck_tx *ck_within(ck_tx *outer);
int ck_put(ck_tx *tx, int n);
int ck_sum(const ck_tx *tx);
void ck_end(ck_tx *tx);
"""
SOURCE = """\
#include "ck.h"
#include <stdlib.h>
enum { SOUND, LENIENT, FORGETS, LOSES, MIXES };
struct ck_tx { ck_tx *outer; int sum, locked; };
ck_tx *ck_begin(void) { return calloc(1, sizeof(ck_tx)); }
ck_tx *ck_within(ck_tx *outer)
{
    ck_tx *made = ck_begin();
    if (outer->locked)
        abort();
    if (made) {
        made->outer = outer;
        made->sum = WRONG == MIXES && outer->sum > 9 ? outer->sum : 0;
        outer->locked = WRONG != LENIENT;
    }
    return made;
}
int ck_put(ck_tx *tx, int n)
{
    if (tx->locked) /* the caller's mistake, of which nothing is promised */
        abort();
    tx->sum += n;
    return 0;
}
int ck_sum(const ck_tx *tx) { return tx->sum; }
void ck_end(ck_tx *tx)
{
    if (tx->locked)
        abort();
    if (tx->outer) {
        tx->outer->locked = WRONG == FORGETS;
        tx->outer->sum = WRONG == LOSES ? tx->sum : tx->outer->sum + tx->sum;
    }
    free(tx);
}
"""
CONTRACT = """\
abidance: 1
boundary: ck
header: ck.h
libraries: {c: {path: libck.so}}
handles:
  ck_tx:
    create: [ck_begin, ck_within]
    destroy: ck_end
    states: {open: , locked: {only: ck_sum}}
    transitions:
      ck_within: [{of: outer, from: open, to: locked}, {to: open}]
      ck_put: {from: open}
      ck_end: [{from: open}, {of: tx.outer, from: locked, to: open}]
functions:
  ck_begin: {returns: {handle: ck_tx, nullable: true}}
  ck_within: {returns: {handle: ck_tx, nullable: true}, ensures: ["implies(result != null, ck_sum(result) == 0)"]}
  ck_put:
    params: {n: {range: [1, 9]}}
    returns: {status: {ok: [0]}}
    ensures: [ck_sum(tx) == old(ck_sum(tx)) + n]
  ck_sum:
  ck_end:
laws:
  what_was_put_within_is_there_then:
    given: {outer: ck_tx, n: {in: int, range: [1, 9]}, k: {in: int, range: [1, 9]}}
    steps: [ck_put(outer, n), x = ck_within(outer), "ck_put(x.result, k)", ck_end(x.result), s = ck_sum(outer)]
    ensures: [s.result >= n + k]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "codes"),
    [("SOUND", set()), ("LENIENT", set()), ("FORGETS", {"ABD301"}), ("MIXES", {"ABD321"})],
)
def test_one_that_is_locked_meanwhile_is_used_again(wrong, codes, codes_of_sequences):
    assert {
        *codes_of_sequences("ck", HEADER, SOURCE, CONTRACT, "ck_tx", f"-DWRONG={wrong}", least=60)
    } == codes


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "codes"), [("SOUND", set()), ("LOSES", {"ABD376"})])
def test_a_law_uses_it_again_too(wrong, codes, codes_of):
    law = "what_was_put_within_is_there_then"
    assert {*codes_of("ck", HEADER, SOURCE, CONTRACT, law, ("laws",), f"-DWRONG={wrong}", least=60)} == codes
