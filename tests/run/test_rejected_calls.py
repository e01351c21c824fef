"""Invalid calls are refused as promised, write nothing and keep nothing."""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

DEFECTS = {
    "rf_null": ("ABD328",),
    "rf_short": ("ABD328",),
    "rf_room": ("ABD323", "ABD311", "ABD301"),
    "rf_range": ("ABD323", "ABD328"),
    "rf_colour_of": ("ABD323", "ABD328"),
    "rf_text": ("ABD323", "ABD328"),
    "rf_empty": ("ABD322",),
    "rf_huge": ("ABD312",),
    "rf_keep": ("ABD371",),
    "rf_spend": ("ABD328",),
    "rf_tell": ("ABD323",),
}
"""Codes that may be reported, the one that must be first."""
FIRST = {function: codes[0] for function, codes in DEFECTS.items()}


@pytest.mark.parametrize(("function", "build", "code"), found_in(FIRST))
def test_a_refusal_that_is_none_is_found(function, build, code, judge):
    found, reasons = judge("rejected_calls", function, build, seed=1)

    codes = [finding.diagnostic.code.id for finding in found]
    assert codes
    assert codes[0] == code
    assert {*codes} <= {*DEFECTS[function]}
    assert all(finding.repeats[0] == finding.repeats[1] for finding in found)
    assert reasons == []


@pytest.mark.parametrize(("function", "build"), spared_in(FIRST))
def test_a_refusal_that_leaves_nothing_is_no_finding(function, build, judge):
    assert judge.in_turn(SOUND, "rejected_calls", function, build) == ([], [])
