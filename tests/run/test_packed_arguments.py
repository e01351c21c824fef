"""Records one behind the other that a caller lays out: each says how far it goes, a number how far all, or how many."""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

WALK, BROKEN, ACCEPTED = "ABD312", "ABD321", "ABD323"
DEFECTS = {
    "pa_last": (WALK, WALK),
    "pa_flags": (BROKEN, BROKEN),
    "pa_ports": (BROKEN, BROKEN),
    "pa_points": (BROKEN, BROKEN),
    "pa_number": (BROKEN, BROKEN),
    "pa_check": (ACCEPTED, ACCEPTED),
}


@pytest.mark.slow
@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS, keep=(WALK, BROKEN, ACCEPTED)))
def test_who_walks_them_in_another_way_is_found(function, build, code, judge):
    found, reasons = judge("packed_arguments", function, build, seed=1)

    assert code in {finding.diagnostic.code.id for finding in found}
    assert reasons == []


@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, keep=(WALK, BROKEN, ACCEPTED)))
def test_who_walks_them_as_they_say_is_no_finding(function, build, judge):
    assert judge.in_turn(SOUND, "packed_arguments", function, build) == ([], [])


@pytest.mark.slow
@pytest.mark.finds(BROKEN)
def test_the_smallest_call_has_whole_records(judge):
    found, _ = judge("packed_arguments", "pa_points", "wrong", seed=1)

    assert r'.data = "\002\000\000\000\004' in found[0].call
    assert ".num_data = 4}" in found[0].call
