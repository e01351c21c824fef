"""Handles that come out through a pointer: what its place holds before, and when something is asked about one."""

from __future__ import annotations

import pytest

HEADER = """
typedef struct card card;
card *card_new(int n);
void card_free(card *it);
int card_value(const card *it);
int card_copy(const card *from, card **to);
"""
SOURCE = """
#include <stdlib.h>
struct card { int n; };
card *card_new(int n)
{
    card *it = malloc(sizeof *it);
    if (it)
        it->n = n;
    return it;
}
void card_free(card *it) { free(it); }
int card_value(const card *it) { return it->n; }
/* Nothing is copied over what is there already, and no card of 7. */
int card_copy(const card *from, card **to)
{
    if ((*to && !TRUSTS) || from->n == 7)
        return -1;
    *to = card_new(from->n + (WRONG && from->n == 3));
    return 0;
}
"""
CONTRACT = """
explore: 0.3
handles: {card: {create: [card_new, card_copy], destroy: card_free, parent: none}}
functions:
  card_new: {params: {n: {range: [0, 9]}}, ensures: [card_value(result) == n]}
  card_value:
  card_copy:
    params: {to: {out: card, initially: null}}
    returns: {status: {ok: [0], errors: {-1: it cannot be copied}}}
    ensures: [(result == 0) == (card_value(from_) != 7), "implies(result == 0, card_value(to) == card_value(from_))"]
"""


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "expected"), [(0, set()), (1, {"ABD321"})])
def test_the_place_of_a_handle_holds_what_the_contract_says(small, wrong, expected):
    """After a call that fails there is no handle to ask anything about: a sound library must not crash then."""
    flags = (f"-DWRONG={wrong}", "-DTRUSTS=0")
    ended = small.run(HEADER, SOURCE, CONTRACT, flags=flags, examples=60)

    assert {*ended.codes} == expected, ended.text
    assert ended.status == wrong, ended.text


@pytest.mark.slow
def test_a_place_of_which_nothing_is_said_holds_anything(small):
    contract = CONTRACT.replace(", initially: null", "")
    ended = small.run(HEADER, SOURCE, contract, flags=("-DWRONG=0", "-DTRUSTS=0"), examples=20)

    assert {*ended.codes} == {"ABD321", "ABD327"}, ended.text
    again = small.run(HEADER, SOURCE, contract, flags=("-DWRONG=0", "-DTRUSTS=1"), examples=20)
    assert again.status == 0, again.text


def test_memory_of_the_caller_begins_with_nothing_but_what_the_handle_says(small):
    header = "typedef struct { int n; } slot; int slot_open(slot *it);"
    source = "#include <slot.h>\nint slot_open(slot *it) { it->n = 0; return 0; }"
    contract = """
handles: {slot: {create: slot_open}}
functions:
  slot_open: {params: {it: {out: slot, initially: null}}, returns: {status: {ok: [0]}}}
"""
    ended = small.run(header, source.replace("#include <slot.h>\n", ""), contract, examples=5)

    assert "`initially` has no meaning here" in ended.text
    assert "`slot: {zeroed: true}`" in ended.text
