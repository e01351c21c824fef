"""Handles that are there for what was made from them, though the caller has closed them: zombies, as SQLite says."""

from __future__ import annotations

import pytest

from tiers import full

FOUND = {
    "early": {"ABD301", "ABD314"},  # its queries use what is gone
    "never": {"ABD371"},
    "late": {"ABD345", "ABD378", "ABD341"},  # it says once more that it is gone
}


@pytest.mark.slow
@pytest.mark.parametrize("library", FOUND)
def test_one_that_goes_too_early_or_never_is_found(library, judge):
    found, _ = judge("kept_parents", "kp_base", library, seed=1, phases=("lifecycle",))

    assert FOUND[library] & {each.diagnostic.code.id for each in found}


@pytest.mark.slow
@pytest.mark.parametrize("library", ["near", full("sound")])
def test_one_that_goes_with_the_last_is_left_alone(library, judge):
    assert judge("kept_parents", "kp_base", library, seed=2, phases=("lifecycle",)) == ([], [])


@pytest.mark.full
@pytest.mark.parametrize("library", ["early", "never"])
def test_one_that_goes_too_early_or_never_is_found_by_exploring(library, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found, _ = judge("kept_parents", "kp_query", library, seed=1, phases=("explore",))

    assert FOUND[library] & {each.diagnostic.code.id for each in found}


@pytest.mark.full
@pytest.mark.parametrize("library", ["near", "sound"])
def test_one_that_goes_with_the_last_is_left_alone_while_exploring(library, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    (item,) = judge.items("kept_parents", "kp_query", library, seed=1, phases=("explore",))
    assert [str(each.message) for each in (*item.findings, *item.reasons)] == []
