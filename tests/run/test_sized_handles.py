"""A handle in memory of the caller's has as many bytes as the contract says, and not one more."""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

pytestmark = pytest.mark.full

DEFECTS = {
    "sh_init": "ABD311",
    "sh_take": "ABD311",
    "sh_reset": "ABD311",
}
KEPT = ("ABD311",)


@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS, keep=KEPT))
def test_a_byte_behind_the_memory_is_found(function, build, code, judge):
    found, reasons = judge("sized_handles", function, build, seed=1)

    assert code in [finding.diagnostic.code.id for finding in found]
    assert reasons == []


@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, "sh_left", keep=KEPT))
def test_all_of_the_memory_may_be_used(function, build, judge):
    assert judge.in_turn(SOUND, "sized_handles", function, build) == ([], [])
