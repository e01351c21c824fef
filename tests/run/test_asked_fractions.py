"""Postconditions that ask with fractions, `result == at(curve, 49.5)`, and with what is worked out of them."""

from __future__ import annotations

import pytest

from tiers import full

BROKEN = "ABD321"
DEFECTS = ("ac_middle", "ac_heights", "ac_between", "ac_near", "ac_from_end", "ac_whole")
FURTHER = ("ac_jump", "ac_rounded")


@pytest.mark.slow
@pytest.mark.parametrize(
    "function",
    [
        full(each)
        if each in ("ac_between", "ac_from_end")
        else pytest.param(each, marks=pytest.mark.finds(BROKEN))
        for each in DEFECTS
    ],
)
def test_what_is_asked_with_a_fraction_is_held_against_the_call(function, judge):
    found, reasons = judge("asked_fractions", function, "wrong", seed=1, phases=("properties",), examples=60)

    assert {each.diagnostic.code.id for each in found} == {BROKEN}
    assert reasons == []


@pytest.mark.parametrize("library", [pytest.param("near", marks=pytest.mark.spares(BROKEN)), full("sound")])
@pytest.mark.parametrize(
    "function", [full(each) if each == "ac_from_end" else each for each in (*DEFECTS, *FURTHER)]
)
def test_fractions_are_passed_as_they_are_and_none_out_of_range(function, library, judge):
    found = judge("asked_fractions", function, library, seed=2, phases=("properties",), examples=60)

    assert found == ([], [])
