"""Which member of a union lives is told by its tag: that one is given, read and judged, and no other."""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

DEFECTS = {
    "vt_parse": "ABD325",
    "vt_simplest": "ABD322",
    "vt_name": "ABD322",
    "vt_negate": "ABD321",
    "vt_size": "ABD321",
    "vt_sizes": "ABD301",
    "vt_larger": "ABD321",
    "vt_each": "ABD343",
    "vt_area": "ABD321",
    "vt_total": "ABD321",
    "vt_doubled": "ABD329",
    "vt_event_of": "ABD325",
    "vt_code": "ABD321",
    "vt_set": "ABD321",
    "vt_get": "ABD325",
    "vt_width": "ABD321",
}
KEPT = ("ABD325",)


@pytest.mark.slow
@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS, keep=KEPT))
def test_one_member_taken_for_another_is_found(function, build, code, judge):
    (found, *_), reasons = judge("variants", function, build, seed=1)

    assert found.diagnostic.code.id == code
    assert found.repeats == (5, 5)
    assert reasons == []


@pytest.mark.full
@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, keep=KEPT))
def test_what_does_not_live_may_be_anything(function, build, judge):
    assert judge.in_turn(SOUND, "variants", function, build) == ([], [])
