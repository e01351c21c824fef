"""Preconditions that ask the library, `index < count(list)`: what does not keep them ends the process of this one."""

from __future__ import annotations

import subprocess

import pytest

from abidance.cli.main import main
from abidance.run.search import search
from abidance.run.search.asked_edges import at_edges
from tiers import full

BROKEN, DOMAIN, ACCEPTED, UNSATISFIABLE, DIFFER = "ABD321", "ABD322", "ABD323", "ABD109", "ABD331"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "phase", "code"),
    [
        ("ap_at", "properties", DOMAIN),
        ("ap_take", "rejects", ACCEPTED),
        full("what_was_pushed_is_last", "laws", DOMAIN),
        ("ap_at", "explore", DOMAIN),
        full("ap_value", "properties", DOMAIN),
        full("ap_swap", "properties", BROKEN),
        full("ap_first", "properties", DOMAIN),
        full("ap_tail", "properties", BROKEN),
        ("ap_halves", "properties", DOMAIN),
        full("ap_halves", "explore", DOMAIN),
        ("ap_ratio", "properties", DOMAIN),
        full("ap_ratio", "explore", DOMAIN),
        ("ap_drop", "properties", BROKEN),
        ("ap_named", "properties", DOMAIN),
        full("ap_named", "explore", DOMAIN),
        ("ap_above", "properties", DOMAIN),
        full("ap_above", "explore", DOMAIN),
        ("ap_put", "rejects", ACCEPTED),
        full("ap_put", "explore", ACCEPTED),
        ("ap_span", "rejects", ACCEPTED),
        full("ap_span", "explore", ACCEPTED),
        full("ap_drop", "explore", BROKEN),
        full("ap_item", "lifecycle", BROKEN),
        full("ap_item", "explore", BROKEN),
    ],
)
def test_calls_of_which_the_precondition_holds_are_judged(item, phase, code, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "3")
    found, reasons = judge(
        "asked_preconditions",
        item,
        "wrong",
        seed=1,
        phases=(phase,),
        examples=100 if phase == "rejects" else 20,
    )

    assert code in {each.diagnostic.code.id for each in found}
    assert "ap_is_list" not in found[0].call  # what is asked before it is not shown
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize("library", ["near", full("sound")])
@pytest.mark.parametrize(
    ("item", "phase"),
    [
        ("ap_at", "properties"),
        full("ap_scalar", "properties"),
        full("ap_item", "lifecycle"),
        ("ap_take", "rejects"),
        ("ap_halves", "properties"),
        ("ap_ratio", "properties"),
        ("ap_named", "properties"),
        full("ap_named", "explore"),
        ("ap_note", "properties"),
        ("ap_above", "properties"),
        full("ap_above", "explore"),
        ("ap_put", "properties"),
        ("ap_put", "rejects"),
        full("ap_put", "explore"),
        full("ap_span", "properties"),
        full("ap_span", "rejects"),
        full("ap_span", "explore"),
        full("ap_ratio", "explore"),
        full("ap_drop", "properties"),
        full("ap_drop", "explore"),
        full("what_was_pushed_is_last", "laws"),
        full("ap_join", "properties"),
        full("ap_first", "properties"),
        full("ap_item", "explore"),
    ],
)
def test_nothing_is_called_whose_precondition_does_not_hold(item, phase, library, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found = judge("asked_preconditions", item, library, seed=2, phases=(phase,), examples=20)

    assert found == ([], [])


@pytest.fixture
def _gives_up_soon(monkeypatch):
    """Have a search end after fewer calls that could not be made."""
    monkeypatch.setattr("abidance.run.search.search.FIRST", 20)


@pytest.mark.slow
@pytest.mark.usefixtures("_gives_up_soon")
def test_what_is_hardly_ever_lawful_is_not_judged(judge):
    found, reasons = judge(
        "asked_preconditions", "ap_deep", "sound", seed=1, phases=("properties",), examples=20
    )

    assert found == []
    assert [each.code.id for each in reasons] == [UNSATISFIABLE]
    assert "`ap_count(list) > 100` did not hold before the calls" in reasons[0].message


@pytest.mark.slow
@pytest.mark.usefixtures("_gives_up_soon")
def test_a_condition_that_is_never_met_is_told(judge):
    found, reasons = judge(
        "asked_preconditions", "ap_never", "sound", seed=1, phases=("rejects",), examples=20
    )

    assert found == []
    assert [each.code.id for each in reasons] == [UNSATISFIABLE]
    assert "`ap_count(list) > 100` did not hold before the calls" in reasons[0].message


@pytest.mark.slow
def test_an_example_has_a_handle_for_which_its_precondition_holds(judge):
    """The simplest one would be NULL, or an empty list."""
    assert judge("asked_preconditions", "ap_at", "near", seed=1, phases=("examples",)) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, full(4001)])
def test_two_libraries_differ_in_what_they_tell_before_a_call(judge, seed):
    """Nor is the call blamed for one before it that one of them has not made for what it told, or that ended there."""
    found, _ = judge(
        "asked_preconditions", "ap_at", "sound=short", seed=seed, phases=("equivalence",), examples=20
    )

    assert [each.diagnostic.code.id for each in found] == [DIFFER]
    assert found[0].diagnostic.message.startswith("`ap_count` returns ")
    assert "ap_at" not in found[0].call


def test_threads_are_not_given_what_must_be_asked_first(judge):
    assert judge.items("asked_preconditions", "ap_value", "sound", seed=1, phases=("threads",)) == []


@pytest.mark.slow
def test_refused_numbers_are_tried_at_the_edge_of_what_is_told(judge, monkeypatch):
    """The contract allows a number there too: `ap_note` would be given NULL, which it takes with index 0 alone."""
    tried = []

    def noted(case, trial):
        for edge in at_edges(case, trial):
            tried.append((edge, trial))
            yield edge

    monkeypatch.setattr(search, "at_edges", noted)
    judge("asked_preconditions", "ap_put", "sound", seed=1, phases=("rejects",), examples=20)
    judge("asked_preconditions", "ap_note", "sound", seed=1, phases=("properties",), examples=20)

    assert {edge.function for edge, _ in tried} == {"ap_put", "ap_note"}
    for edge, trial in tried:
        calls = zip(trial.encoded.calls, trial.observation.calls, strict=True)
        told = {
            int.from_bytes(ran.result, "little") for call, ran in calls if call.function.name == "ap_count"
        }
        beyond = edge.function == "ap_put"
        assert edge.arguments["index"] in {each - (not beyond) for each in told} | {0}
        assert beyond or edge.arguments["index"] == 0 or edge.arguments["why"] is not None


EMPTY = """
abidance: 1
boundary: empty
header: empty.h
libraries: {c: {path: libempty.so}}
handles: {em_list: {create: em_new, destroy: em_free}}
functions:
  em_new:
  em_add:
  em_count:
  em_take: {requires: [em_count(list) > 0]}
laws:
  what_is_taken_is_missed:
    given: {list: GIVEN}
    steps: [n = em_count(list), em_take(list), m = em_count(list)]
    ensures: [m.result == n.result - 1]
"""
EMPTY_HEADER = """
typedef struct em_list em_list;
em_list *em_new(void);
void em_free(em_list *list);
void em_add(em_list *list);
int em_count(const em_list *list);
void em_take(em_list *list);
"""
EMPTY_SOURCE = """
#include "empty.h"
#include <stdlib.h>
struct em_list { int count; };
em_list *em_new(void) { return calloc(1, sizeof(em_list)); }
void em_free(em_list *list) { free(list); }
void em_add(em_list *list) { list->count++; }
int em_count(const em_list *list) { return list->count; }
void em_take(em_list *list) { list->count--; }
"""


@pytest.mark.slow
def test_a_law_that_new_handles_are_not_lawful_for_says_how_it_is_given_others(written, tmp_path, capsys):
    """Of those that any calls were made on before, some are."""
    told = []
    for given in ("em_list", "{in: em_list, history: any}"):
        written("empty", EMPTY_HEADER, EMPTY_SOURCE, EMPTY.replace("GIVEN", given))
        subprocess.run(["gcc", "-shared", "-fPIC", "empty.c", "-o", "libempty.so"], cwd=tmp_path, check=True)
        status = main(["run", "empty.contract.yaml", "--phase", "laws", "--explore", "0", "--seed", "1"])
        told.append((status, "with `given: {NAME: {in: em_list, history: any}}`" in capsys.readouterr().out))

    assert told == [(3, True), (0, False)]
