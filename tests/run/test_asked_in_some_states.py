"""What postconditions ask of a handle that may be where nobody may ask: they ask in the other states."""

from __future__ import annotations

import subprocess

import pytest

from abidance.contract.load import load_contract
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings
from tiers import full

HEADER = """\
#include <stddef.h>
#include <stdbool.h>
typedef enum { SA_NONE, SA_EVEN, SA_ODD } sa_kind;
typedef struct sa_list sa_list;
typedef struct sa_at { const sa_list *list; int place; sa_kind kind, unused; } sa_at;
sa_list *sa_new(void);
void sa_free(sa_list *list);
void sa_add(sa_list *list, int number);
void sa_begin(sa_at *at, const sa_list *list);
bool sa_next(sa_at *at);
bool sa_find(sa_at *at, int number);
int sa_number(const sa_at *at);
int sa_half(const sa_at *at);
sa_kind sa_kind_of(const sa_at *at);
"""
SOURCE = """\
#include <stdlib.h>
#include "sa.h"
enum { SOUND, NEAR, FINDS, HALF };
struct sa_list { int numbers[200], n; };
sa_list *sa_new(void) { return calloc(1, sizeof(sa_list)); }
void sa_free(sa_list *list) { free(list); }
void sa_add(sa_list *list, int number) { if (list->n < 200) list->numbers[list->n++] = number; }
void sa_begin(sa_at *at, const sa_list *list) { at->list = list; at->place = -1; at->kind = (sa_kind)77; }
bool sa_next(sa_at *at)
{
    if (++at->place < at->list->n) return true;
    at->list = NULL;
    return false;
}
bool sa_find(sa_at *at, int number)
{
    while (sa_next(at))
        if (at->list->numbers[at->place] == number || (VARIANT == FINDS && at->place == 2)) return true;
    return false;
}
int sa_number(const sa_at *at)
{
    if (!at->list || at->place < 0) abort();
    return at->list->numbers[at->place];
}
sa_kind sa_kind_of(const sa_at *at) { return sa_number(at) % 2 ? SA_ODD : SA_EVEN; }
int sa_half(const sa_at *at)
{
    int number = sa_number(at);
    if (number % 2) abort();
    return VARIANT == NEAR ? number >> 1 : number / 2 + (VARIANT == HALF && number == 8);
}
"""
CONTRACT = """\
abidance: 1
boundary: sa
header: sa.h
libraries: {c: {path: libsa.so}}
types: {sa_kind: {enum: closed}}
handles:
  sa_list: {create: sa_new, destroy: sa_free}
  sa_at:
    create: sa_begin
    states: {before: {only: [sa_next, sa_find]}, on: , over: {only: sa_begin}}
    transitions:
      sa_next: {from: [before, on], to: {on: result, over: not result}}
      sa_find: {from: [before, on], to: {on: result, over: not result}}
functions:
  sa_new:
  sa_add: {params: {number: {range: [0, 9]}}}
  sa_begin: {params: {at: {out: sa_at, lifetime: handle(list), until: change}}}
  sa_next:
    returns: {bool: true}
    ensures: ["implies(result and sa_kind_of(at) == SA_EVEN, sa_half(at) * 2 == sa_number(at))"]
  sa_find:
    params: {number: {range: [0, 9]}}
    returns: {bool: true}
    ensures: ["implies(result, sa_number(at) == number)"]
  sa_number: {returns: {range: [0, 9]}}
  sa_kind_of: {returns: {enum: closed}}
  sa_half: {requires: [sa_kind_of(at) == SA_EVEN], returns: {range: [0, 4]}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "code"), [("FINDS", "ABD321"), full("HALF", "ABD321")])
def test_what_is_wrong_in_one_state_is_found(variant, code, codes_of_sequences):
    assert code in codes_of_sequences(
        "sa", HEADER, SOURCE, CONTRACT, "sa_at", f"-DVARIANT={variant}", least=100
    )


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["NEAR", full("SOUND")])
def test_nobody_asks_where_that_is_unlawful(variant, codes_of_sequences):
    """The library aborts where it is asked before the first element or behind the last, or for half of an odd number.

    What it keeps in fields that the contract does not describe is its own: `kind` is none of the enumerators.
    """
    assert codes_of_sequences("sa", HEADER, SOURCE, CONTRACT, "sa_at", f"-DVARIANT={variant}") == []


@pytest.fixture
def judged(written, tmp_path):
    """Return what judges single calls of one function: the verdict of its item."""

    def judge(function, variant):
        written("sa", HEADER, SOURCE, CONTRACT)
        command = ["gcc", "-shared", "-fPIC", f"-DVARIANT={variant}", "sa.c", "-o", "libsa.so"]
        subprocess.run(command, cwd=tmp_path, check=True)
        loaded = load_contract(tmp_path / "sa.contract.yaml")
        with Session(Settings(tmp_path, seed=1, max_examples=60)) as session:
            (item,) = list_items(loaded, Selection(functions=(function,), phases=("properties",)))
            return session.run(loaded, item, lambda _: None)

    return judge


@pytest.mark.slow
def test_a_state_to_which_no_call_leads_on_a_new_handle_is_reached_by_others(judged):
    """There is no element in a new list, so what is asked of one is asked at the ends of sequences."""
    verdict = judged("sa_half", "HALF")

    assert [each.diagnostic.code.id for each in verdict.findings] == ["ABD322"]
    assert verdict.reasons == ()


@pytest.mark.slow
def test_one_that_is_reached_so_and_sound_is_no_finding(judged):
    verdict = judged("sa_number", "SOUND")

    assert (verdict.findings, verdict.reasons) == ((), ())
    assert verdict.calls >= 5


@pytest.mark.slow
def test_exploring_asks_in_the_same_states(codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")

    def explored(variant):
        return codes_of("sa", HEADER, SOURCE, CONTRACT, "sa_at", ("explore",), f"-DVARIANT={variant}")

    assert "ABD321" in explored("FINDS")
    assert explored("SOUND") == []
