"""Handles that go with another unless they were destroyed before: contexts, pools in pools, what is in an arena."""

from __future__ import annotations

import pytest

from tiers import full

FOUND = {
    "kept": {"ABD371"},  # by nobody
    "twice": {"ABD301"},  # by the caller, and by the pool that it was in
    "stolen": {
        "ABD301",
        "ABD302",
    },  # by both that it was in, which never come to the end of what is in them twice
    "cleared": {"ABD301"},
}


@pytest.mark.slow
@pytest.mark.several_causes
@pytest.mark.parametrize("library", FOUND)
def test_one_that_loses_count_of_what_goes_with_what_is_found(library, judge):
    found, _ = judge("handle_trees", "ht_pool", library, seed=1, phases=("lifecycle",))

    assert FOUND[library] & {each.diagnostic.code.id for each in found}


@pytest.mark.slow
@pytest.mark.parametrize("library", ["near", full("sound")])
def test_those_that_go_with_others_are_left_alone(library, judge):
    assert judge("handle_trees", "ht_pool", library, seed=2, phases=("lifecycle",)) == ([], [])


@pytest.mark.full
@pytest.mark.parametrize("library", FOUND)
def test_one_that_loses_count_is_found_by_exploring(library, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found, reasons = judge("handle_trees", "ht_pool", library, seed=1, phases=("explore",))

    assert FOUND[library] & {each.diagnostic.code.id for each in found}
    assert reasons == []


@pytest.mark.full
@pytest.mark.parametrize("library", ["sound", "near"])
def test_those_that_go_with_others_are_left_alone_while_exploring(library, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    for handle in ("ht_pool", "ht_note"):
        (item,) = judge.items("handle_trees", handle, library, seed=1, phases=("explore",))
        assert ([str(e.message) for e in (*item.findings, *item.reasons)], item.gaps) == ([], ())
        assert item.explored.executions > 10_000
