"""Callbacks that are invoked so many times in all, until their handle is destroyed."""

from __future__ import annotations

import pytest

from tiers import full


@pytest.mark.parametrize(("library", "said"), [full("wrong", "never"), ("twice", "twice")])
def test_what_is_told_too_often_or_never_is_found(library, said, judge):
    found, reasons = judge("notified", "no_list", library, seed=1, phases=("lifecycle",), examples=60)

    assert {each.diagnostic.code.id for each in found} == {"ABD341"}
    assert any(f"was called {said} until the end" in each.diagnostic.message for each in found)
    assert reasons == []


@pytest.mark.full
@pytest.mark.parametrize("library", ["sound", "near"])
def test_what_is_told_once_is_no_finding(library, judge):
    for item in ("no_put", "no_list"):
        assert judge("notified", item, library, seed=2, phases=("properties", "lifecycle")) == ([], [])
