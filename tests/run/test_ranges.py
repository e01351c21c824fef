"""Buffers that two pointers delimit, in records: passed, returned, written, and moved on in."""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

BOUNDS, CRASH, WRITES, WINDOW, PROMISE, DOMAIN = "ABD312", "ABD301", "ABD311", "ABD315", "ABD321", "ABD322"
DEFECTS = {
    "rn_sum": (PROMISE, BOUNDS),
    "rn_equal": (PROMISE, PROMISE),
    "rn_invert": (WRITES, WRITES),
    "rn_fill": (PROMISE, PROMISE),
    "rn_split": (DOMAIN, DOMAIN),
    "rn_trimmed": (DOMAIN, DOMAIN),
    "rn_word": (DOMAIN, DOMAIN),
    "rn_words": (DOMAIN, DOMAIN),
    "rn_fields": (DOMAIN, DOMAIN),
    "rn_take": (WINDOW, WINDOW),
    "rn_book_title": (PROMISE, PROMISE),
}
ALLOWED = {
    "rn_sum": {PROMISE, BOUNDS, CRASH},
    "rn_equal": {PROMISE},
    "rn_invert": {WRITES, CRASH},
    "rn_fill": {PROMISE},
    "rn_split": {DOMAIN, PROMISE},
    "rn_trimmed": {DOMAIN},
    "rn_word": {DOMAIN, PROMISE},
    "rn_words": {DOMAIN, PROMISE},
    "rn_fields": {DOMAIN},
    "rn_take": {WINDOW, PROMISE},
    "rn_book_title": {PROMISE},
}


@pytest.mark.slow
@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS, keep=(DOMAIN, WINDOW)))
def test_a_wrong_range_is_found(function, build, code, judge):
    found, reasons = judge("ranges", function, build, seed=1)

    codes = {finding.diagnostic.code.id for finding in found}
    assert code in codes <= ALLOWED[function]
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, keep=(DOMAIN, WINDOW)))
def test_a_right_range_is_no_finding(function, build, judge):
    assert judge.in_turn(SOUND, "ranges", function, build) == ([], [])


@pytest.mark.slow
def test_exploring_finds_what_goes_beyond_a_range_as_well(judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")

    found, _ = judge("ranges", "rn_fill", "wrong", seed=1, phases=("explore",))

    assert {finding.diagnostic.code.id for finding in found} == {PROMISE}
