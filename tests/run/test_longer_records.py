"""A pointer to a record leads to a longer one that begins with it: passed, in a handle's memory, and to a callback."""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

DEFECTS = {
    "lr_sum": "ABD312",
    "lr_begin": "ABD321",
    "lr_add": "ABD311",
    "lr_each": "ABD343",
}
KEPT = ("ABD312", "ABD321", "ABD311", "ABD343")


@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS, keep=KEPT))
def test_what_goes_behind_it_is_found(function, build, code, judge):
    found, reasons = judge("longer_records", function, build, seed=1)

    assert code in [finding.diagnostic.code.id for finding in found]
    assert reasons == []


@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, "lr_end", keep=KEPT))
def test_all_of_it_may_be_read_and_written(function, build, judge):
    assert judge.in_turn(SOUND, "longer_records", function, build) == ([], [])
