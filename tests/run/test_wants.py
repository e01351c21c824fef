"""Calls that are refused memory fail as the contract says, or go on as if nothing had happened; nothing else does."""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

pytestmark = pytest.mark.full

DEFECTS = {
    "wa_twice": ("ABD301", "ABD303"),
    "wa_join": "ABD371",
    "wa_sort": "ABD389",
    "wa_count": "ABD389",
    "wa_pair": ("ABD301", "ABD303"),
    "wa_both": ("ABD301", "ABD303"),
    "wa_list_new": "ABD371",
    "wa_list_add": "ABD371",
}
KEPT = ("ABD389",)


@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS, keep=KEPT))
def test_what_only_calls_without_memory_reach_is_found(function, build, code, judge):
    found, reasons = judge("wants", function, build, seed=1)

    assert code in [finding.diagnostic.code.id for finding in found]
    assert all(finding.repeats[0] == finding.repeats[1] for finding in found)
    assert reasons == []


@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, keep=KEPT))
def test_calls_that_tell_of_it_are_sound(function, build, judge):
    assert judge.in_turn(SOUND, "wants", function, build) == ([], [])
