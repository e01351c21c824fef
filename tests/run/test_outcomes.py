"""What a failed call is to leave is judged after failures, and what a success is to leave alone after successes."""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

DEFECTS = {
    "oc_number": "ABD326",
    "oc_percent": "ABD325",
    "oc_digits": "ABD322",
    "oc_last": "ABD322",
    "oc_value": "ABD321",
    "oc_check": "ABD371",
    "oc_length": "ABD325",
    "oc_take": "ABD322",
    "oc_letters": "ABD322",
    "oc_feed": "ABD321",
    "oc_add": "ABD322",
}
KEPT = ("ABD326",)


@pytest.mark.slow
@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS, keep=KEPT))
def test_what_is_left_otherwise_is_found(function, build, code, judge):
    (found,), reasons = judge("outcomes", function, build, seed=1)

    assert found.diagnostic.code.id == code
    assert found.repeats == (5, 5)
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, keep=KEPT))
def test_what_is_left_as_promised_is_no_finding(function, build, judge):
    assert judge.in_turn(SOUND, "outcomes", function, build) == ([], [])
