"""Postconditions that ask with a number which the call has left in memory, `rank(set, element) == rank + 1`."""

from __future__ import annotations

import pytest

from tiers import full

BROKEN = "ABD321"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "phase"),
    [
        pytest.param("an_select", "properties", marks=pytest.mark.finds(BROKEN)),
        ("an_next", "properties"),
        full("an_set", "lifecycle"),
        ("an_set", "explore"),
    ],
)
def test_what_is_asked_with_what_the_call_has_left_is_held_against_it(item, phase, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found, reasons = judge("asked_numbers", item, "wrong", seed=1, phases=(phase,), examples=60)

    assert {each.diagnostic.code.id for each in found} <= {BROKEN, "ABD323"}
    broken = {each.diagnostic.place.partition(":")[0] for each in found if each.diagnostic.code.id == BROKEN}
    assert broken >= ({"an_select", "an_next"} if item == "an_set" else {item})
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize("library", [pytest.param("near", marks=pytest.mark.spares(BROKEN)), full("sound")])
@pytest.mark.parametrize("phase", ["lifecycle", "explore"])
def test_nobody_is_asked_with_what_a_failed_call_has_left(library, phase, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found = judge("asked_numbers", "an_set", library, seed=2, phases=(phase,), examples=60)

    assert found == ([], [])


HEADER = """\
int ac_next(int n);
int ac_check(int n);
"""
SOURCE = """\
#include "ac.h"
int ac_next(int n) { return n + 1; }
int ac_check(int n) { return 10 / (n - 8); }
"""
CONTRACT = """\
abidance: 1
boundary: ac
header: ac.h
libraries: {c: {path: libac.so}}
functions:
  ac_next: {params: {n: {range: [0, 9]}}, ensures: ["ac_check(result) < 100"]}
  ac_check: {params: {n: {range: [0, 20]}}}
"""


def test_a_number_that_nobody_knew_before_the_call_is_named_where_it_crashes(findings_of):
    (found,) = findings_of("ac", HEADER, SOURCE, CONTRACT, "ac_next", ("properties",))

    assert found.call.splitlines()[-1] == "ac_check(/* what ac_next has left */);        // crashes"
