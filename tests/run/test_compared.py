"""Callbacks that compare what they are given, or hash it: the same answer whenever it is asked."""

from __future__ import annotations

import pytest

from tiers import full


@pytest.mark.slow
@pytest.mark.parametrize("handle", ["cm_tree", "cm_set"])
def test_what_is_lost_under_a_consistent_order_is_found(handle, judge):
    least = 100 if handle == "cm_tree" else 0
    found, reasons = judge(
        "compared", handle, "wrong", seed=1, phases=("lifecycle",), examples=100, least=least
    )

    assert {each.diagnostic.code.id for each in found} == {"ABD321"}
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize("library", [full("sound"), "near"])
@pytest.mark.parametrize("handle", ["cm_tree", "cm_set"])
def test_nobody_is_blamed_for_an_order_that_is_none(handle, library, judge):
    assert judge("compared", handle, library, seed=2, phases=("lifecycle",), examples=100) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", full("near")])
def test_an_example_says_by_which_order(library, judge):
    assert judge("compared", "cm_sort", library, seed=1, phases=("examples", "properties")) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("handle", [full("cm_tree"), "cm_set"])
def test_exploring_finds_what_is_lost_as_well(handle, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")

    found, _ = judge("compared", handle, "wrong", seed=1, phases=("explore",))

    assert "ABD321" in {each.diagnostic.code.id for each in found}


@pytest.mark.slow
@pytest.mark.parametrize("library", [full("sound"), "near"])
@pytest.mark.parametrize("item", ["cm_tree", full("cm_set"), full("cm_sort")])
def test_exploring_blames_nobody_for_an_order_that_is_none(item, library, judge, monkeypatch):
    """Trees that live at the same time have orders of their own."""
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")

    assert judge("compared", item, library, seed=2, phases=("explore",)) == ([], [])
