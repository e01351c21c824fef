"""Handles that calls leave in arrays of the caller's: new ones, borrowed ones, and such as are numbers."""

from __future__ import annotations

import pytest

from tiers import full

CRASH, DOMAIN = "ABD301", "ABD322"
FOUND = {
    "hl_items": ("properties", {DOMAIN}),  # one is NULL
    "hl_cut": ("properties", {CRASH, DOMAIN}),  # one is there twice
    "fd": ("lifecycle", {DOMAIN}),  # one was never opened
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "item", [pytest.param("hl_items", marks=pytest.mark.finds(DOMAIN)), full("hl_cut"), full("fd")]
)
def test_a_wrong_handle_in_an_array_is_found(item, judge):
    phase, codes = FOUND[item]

    found, _ = judge("handles_left", item, "wrong", seed=1, phases=(phase,), examples=40)

    assert set() < {each.diagnostic.code.id for each in found} <= codes


@pytest.mark.slow
@pytest.mark.parametrize("library", [pytest.param("near", marks=pytest.mark.spares(DOMAIN)), full("sound")])
@pytest.mark.parametrize("item", ["hl_items", *map(full, ("hl_cut", "hl_item", "hl_box", "fd"))])
def test_right_handles_in_an_array_are_no_finding(library, item, judge):
    assert judge("handles_left", item, library, seed=2, phases=("properties", "lifecycle")) == ([], [])


@pytest.mark.full
def test_a_finding_shows_which_of_them_is_used(judge):
    found, _ = judge("handles_left", "fd", "wrong", seed=1, phases=("lifecycle",), examples=40)

    calls = [each.call.splitlines() for each in found]
    assert ["int fds[2];", "hl_pair(fds);", "hl_close(fds[1]);        // returned -1"] in calls
