"""Handles that are another handle's, or places in it: used as long as that lasts, and never destroyed."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.full


@pytest.mark.parametrize("handle", ["bo_shelf", "bo_book", "bo_place"])
def test_one_that_goes_too_early_is_found(handle, judge):
    found, _ = judge("borrowed_handles", handle, "wrong", seed=1, phases=("lifecycle",))

    assert {"ABD301", "ABD314", "ABD322", "ABD327"} & {each.diagnostic.code.id for each in found}


@pytest.mark.parametrize(
    "item", ["bo_shelf", "bo_book", "bo_next", "bo_number", "bo_place", "bo_place_on", "bo_place_number"]
)
@pytest.mark.parametrize("library", ["sound", "near"])
def test_one_that_stays_as_long_as_it_must_is_left_alone(library, item, judge):
    assert judge("borrowed_handles", item, library, seed=2, phases=("properties", "lifecycle")) == ([], [])


@pytest.mark.parametrize("library", ["sound", "near"])
def test_one_that_stays_as_long_as_it_must_is_left_alone_while_exploring(library, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    assert judge("borrowed_handles", "bo_book", library, seed=1, phases=("explore",)) == ([], [])
