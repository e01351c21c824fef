"""Handles of which only some may be alive at a time, and that lock what they were made from: no call breaks that.

The libraries abort when one does, so that a sequence which is not lawful is a finding in the sound one.
"""

from __future__ import annotations

import pytest

from tiers import full

HANDLES = ("ex_store", "ex_write", "ex_walk", "ex_view", "ex_device")
FUNCTIONS = ("ex_clear", "ex_begin", "ex_commit", "ex_walk_next", "ex_view_size", "ex_device_read")
DEFECTS = {
    "ex_write": "ex_begin",
    "ex_walk": "ex_clear",
    "ex_store": "ex_begin",
    "ex_device": "ex_device_open",
}
KEPT_LOCKED = ("ex_begin", "ex_clear", "ex_add", "ex_device_open")


@pytest.mark.parametrize("library", ["near", full("sound")])
@pytest.mark.parametrize("handle", ["ex_write", *map(full, (h for h in HANDLES if h != "ex_write"))])
def test_sequences_are_lawful(handle, library, judge):
    assert judge("exclusive_handles", handle, library, seed=1, phases=("lifecycle",)) == ([], [])


@pytest.mark.full
@pytest.mark.parametrize("library", ["sound", "near"])
@pytest.mark.parametrize("asked", [*FUNCTIONS, "one_after_the_other"])
def test_single_calls_and_laws_are_lawful(asked, library, judge):
    phases = ("examples", "properties", "laws")
    assert judge("exclusive_handles", asked, library, seed=1, phases=phases, examples=30) == ([], [])


@pytest.mark.parametrize("handle", ["ex_walk", *map(full, (h for h in DEFECTS if h != "ex_walk"))])
def test_what_stays_locked_is_found(handle, judge):
    found, _ = judge("exclusive_handles", handle, "wrong", seed=1, phases=("lifecycle",))

    assert any(
        each.diagnostic.code.id == "ABD301"
        and any(f"{name}(" in each.call.splitlines()[-1] for name in KEPT_LOCKED)
        for each in found
    )


@pytest.mark.full
def test_handles_of_a_kind_are_made_one_after_the_other_and_beside_those_of_another_parent(judge):
    found, _ = judge("exclusive_handles", "one_after_the_other", "wrong", seed=1, phases=("laws",))

    assert [each.diagnostic.code.id for each in found] == ["ABD301"]
