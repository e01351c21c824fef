"""Handles that are given together with the one that they were made from, which need not be what is created first."""

from __future__ import annotations

import pytest

from tiers import full

SINGLE = ("hp_next", "hp_letter", "hp_set", "hp_cursor_step")
HANDLES = ("hp_list", "hp_place", "hp_cursor")


@pytest.mark.slow
@pytest.mark.parametrize("library", [*map(full, ("sound", "sound_asan", "near_asan")), "near"])
@pytest.mark.parametrize("function", ["hp_next", *map(full, SINGLE[1:])])
def test_a_single_call_is_given_both_and_there_is_something_in_the_list(function, library, judge):
    # The first function creates an empty list, in which there is no place.
    assert judge("handle_parents", function, library, seed=1, examples=30) == ([], [])


@pytest.mark.full
@pytest.mark.parametrize("library", ["near", "sound", "sound_asan", "near_asan"])
@pytest.mark.parametrize("handle", HANDLES)
@pytest.mark.parametrize("seed", range(1, 4))
def test_sequences_never_mix_those_of_two_lists(seed, handle, library, judge):
    assert judge("handle_parents", handle, library, seed=seed, phases=("lifecycle",), examples=60) == ([], [])


@pytest.mark.slow
def test_a_copy_does_not_outlive_what_its_original_must_not(judge):
    found = judge("handle_parents", "hp_cursor", "sound_asan", seed=2, phases=("lifecycle",), examples=60)

    assert found == ([], [])


@pytest.mark.full
@pytest.mark.parametrize("seed", range(1, 11))
@pytest.mark.parametrize(("handle", "function"), [("hp_place", "hp_letter"), ("hp_cursor", "hp_cursor_step")])
def test_what_only_a_list_with_something_in_it_shows_is_found(seed, handle, function, judge):
    found, _ = judge("handle_parents", handle, "wrong", seed=seed, phases=("lifecycle",))

    assert any(
        each.diagnostic.code.id == "ABD322" and function in each.call.splitlines()[-1] for each in found
    )


@pytest.mark.full
@pytest.mark.parametrize("handle", ["hp_place", "hp_cursor"])
def test_what_only_a_list_with_something_in_it_shows_is_found_by_exploring(handle, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found, _ = judge("handle_parents", handle, "wrong", seed=1, phases=("explore",))

    assert "ABD322" in {each.diagnostic.code.id for each in found}


@pytest.mark.full
@pytest.mark.parametrize("library", ["near", "sound"])
def test_those_of_two_lists_are_not_mixed_while_exploring(library, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    for name in (*HANDLES, *SINGLE):
        (item,) = judge.items("handle_parents", name, library, seed=1, phases=("explore",))
        assert (item.findings, item.reasons, item.gaps) == ((), (), ())
        assert item.explored.executions > 1000
