"""Handles of targets that are numbers, and the number that is none, which a function refuses."""

from __future__ import annotations

import pytest
from built_contract import of_words

from abidance.native.shown_calls import read

HEADER = """
int slot_open(void);
int slot_put(int slot, int n);
int slot_of(int slot);
int slot_close(int slot);
"""
CONTRACT = """
abidance: 1
boundary: slots
header: slots.h
libraries: {c: {path: libslots.so}}
handles:
  slot: {type: int, invalid: -1, create: slot_open, destroy: slot_close}
functions:
  slot_open: {returns: {handle: slot, nullable: true}}
  slot_put:
    params: {slot: {handle: slot}, n: {range: [0, 9]}}
    returns: {status: {ok: [0], errors: {-1: it is no slot}}}
    rejects: [{when: {slot: -1}, returns: -1}]
  slot_of: {params: {slot: {handle: slot}}}
  slot_close: {params: {slot: {handle: slot}}}
"""
SOURCE = """
#include "slots.h"
enum { MOST = 64 };
static int used[MOST], number[MOST];
int slot_open(void)
{
    for (int i = 0; i < MOST; i++)
        if (!used[i]) { used[i] = 1, number[i] = 0; return i; }
    return -1;
}
int slot_put(int slot, int n)
{
    if (slot < 0 || slot >= MOST || !used[slot]) return NONE;
    number[slot] = n;
    return 0;
}
int slot_of(int slot) { return number[slot]; }
int slot_close(int slot) { used[slot] = 0; return 0; }
"""
# Of a slot that was never opened nothing is said.
WRONG = {"sound": "-1", "near": "slot == -1 ? -1 : 0", "takes_none": "0"}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slots")
    return of_words(folder, "slots", HEADER, CONTRACT, SOURCE, lambda name: {"NONE": WRONG[name]})


@pytest.mark.slow
def test_all_of_it_is_compiled(built):
    assert [str(each) for each in built.target.left] == []


@pytest.mark.slow
@pytest.mark.parametrize("entry", ["slot_put", "slot"])
def test_none_that_is_taken_is_found(entry, built):
    assert "slot_put" in built.run("takes_none", entry).stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_none_that_is_refused_is_no_finding(library, built):
    for entry in ("slot_put", "slot", "slot_of"):
        ended = built.run(library, entry)

        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


@pytest.mark.slow
def test_the_number_is_an_argument_of_the_case(built, tmp_path):
    (tmp_path / "input").write_bytes(bytes([0, 0xFF, 0xFF, 7, 0, 0, 0]))
    shown = built.run("sound", "slot_put", tmp_path / "input", ABIDANCE_SHOW="1").stdout

    found = read(built.boundary, "slot_put", shown)

    assert (found.rejects, found.case.arguments) == ("`slot: -1`", {"slot": -1, "n": 7})
