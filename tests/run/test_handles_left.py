"""Handles that calls leave in arrays of the caller's: new ones, borrowed ones, and such as are numbers."""

from __future__ import annotations

import pytest

from tiers import full

CRASH, DOMAIN, LEAK = "ABD301", "ABD322", "ABD371"
DEFECTS = {"hl_items": DOMAIN, "hl_cut": CRASH, "hl_pair": DOMAIN}
"""The first code of what is found where a handle is left twice, not at all, or is none."""


@pytest.mark.parametrize(
    "function", [pytest.param("hl_items", marks=pytest.mark.finds(DOMAIN)), full("hl_cut"), full("hl_pair")]
)
def test_a_wrong_handle_in_an_array_is_found(function, judge):
    found, reasons = judge("handles_left", function, "wrong", seed=1)

    codes = {finding.diagnostic.code.id for finding in found}
    assert DEFECTS[function] in codes <= {CRASH, DOMAIN, LEAK}
    assert reasons == []


@pytest.mark.parametrize("variant", [pytest.param("near", marks=pytest.mark.spares(DOMAIN)), full("sound")])
@pytest.mark.parametrize("function", ["hl_items", full("hl_cut"), full("hl_pair")])
def test_right_handles_in_an_array_are_no_finding(function, variant, judge):
    assert judge("handles_left", function, variant, seed=1) == ([], [])
