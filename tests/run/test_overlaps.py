"""What may overlap is made to, and must come out as if it did not."""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

pytestmark = pytest.mark.full

DEFECTS = {
    "ov_move": "ABD390",
    "ov_upper": "ABD390",
    "ov_delta": "ABD390",
    "ov_swapped": "ABD390",
    "ov_sum": "ABD390",
    "ov_mix": "ABD390",
    "ov_add": "ABD390",
}
KEPT = ("ABD390",)


@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS, keep=KEPT))
def test_what_reads_its_own_writes_is_found(function, build, code, judge):
    found, reasons = judge("overlaps", function, build, seed=1)

    assert code in [finding.diagnostic.code.id for finding in found]
    assert all(finding.repeats[0] == finding.repeats[1] for finding in found)
    assert reasons == []


@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, keep=KEPT))
def test_what_minds_is_sound(function, build, judge):
    assert judge.in_turn(SOUND, "overlaps", function, build) == ([], [])
