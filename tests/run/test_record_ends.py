"""Arrays of records that end with a record: passed, left and given to callbacks without it, and no part of them."""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

from tiers import full

BOUNDS, PROMISE, DOMAIN, DIFFER = "ABD312", "ABD321", "ABD322", "ABD331"
DEFECTS = {
    "re_count": (BOUNDS, BOUNDS),
    "re_find": (PROMISE, PROMISE),
    "re_levels": (PROMISE, PROMISE),
    "re_options": (PROMISE, PROMISE),
    "re_copy": (DOMAIN, DOMAIN),
    "re_raise": (PROMISE, PROMISE),
    "re_known": (PROMISE, PROMISE),
    "re_make": (PROMISE, PROMISE),
    "re_show": (PROMISE, PROMISE),
}


@pytest.mark.slow
@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS, keep=(BOUNDS, PROMISE, DOMAIN)))
def test_what_mistakes_the_end_is_found(function, build, code, judge):
    found, reasons = judge("record_ends", function, build, seed=1)

    assert {finding.diagnostic.code.id for finding in found} == {code}
    assert reasons == []


@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, keep=(BOUNDS, PROMISE, DOMAIN)))
def test_what_stops_at_the_end_is_no_finding(function, build, judge):
    assert judge.in_turn(SOUND, "record_ends", function, build) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "library", "codes"),
    [
        ("re_make", "near=wrong", {DIFFER}),
        full("re_known", "sound=near", set()),
        full("re_copy", "sound=near", set()),
        full("re_known", "near=wrong", {DIFFER}),
    ],
)
def test_libraries_are_compared_up_to_the_end(function, library, codes, judge):
    """What else is in the last record is nothing that they differ in."""
    found, _ = judge("record_ends", function, library, seed=1, phases=("equivalence",), least=20)

    assert {each.diagnostic.code.id for each in found} == codes


@pytest.mark.slow
@pytest.mark.parametrize("function", ["re_copy", full("re_count")])
def test_exploring_finds_it_as_well(function, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")

    found, _ = judge("record_ends", function, "wrong", seed=1, phases=("explore",))

    assert {finding.diagnostic.code.id for finding in found} == {DEFECTS[function][0]}
