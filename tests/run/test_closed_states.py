"""States in which few functions may be called, and handles that are made in them from others of their kind."""

from __future__ import annotations

import pytest

from tiers import full

BROKEN = "ABD321"


@pytest.mark.slow
@pytest.mark.finds(BROKEN)
def test_a_single_call_has_one_that_was_made_from_others(judge):
    found, reasons = judge("closed_states", "cs_tidy", "wrong", seed=1, examples=60)

    assert reasons == []
    assert {(each.diagnostic.code.id, each.diagnostic.subject) for each in found} == {(BROKEN, "cs_tidy")}


@pytest.mark.slow
@pytest.mark.several_causes
def test_sequences_go_through_the_state(judge):
    found, _ = judge("closed_states", "cs_set", "wrong", seed=1, phases=("lifecycle",), least=100)

    # What is wrong with `cs_add` shows only behind both, and not from every seed.
    codes = {(each.diagnostic.code.id, each.diagnostic.subject) for each in found}
    assert {(BROKEN, "cs_tidy")} <= codes <= {(BROKEN, "cs_tidy"), (BROKEN, "cs_add")}


@pytest.mark.parametrize("library", ["near", full("sound")])
@pytest.mark.parametrize("item", ["cs_tidy", "cs_take", full("cs_add"), full("cs_count"), full("cs_join")])
def test_nothing_else_is_called_in_it(item, library, judge):
    assert judge("closed_states", item, library, seed=2, examples=40) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("library", [pytest.param("near", marks=pytest.mark.spares(BROKEN)), full("sound")])
@pytest.mark.parametrize("seed", [1, full(2), full(3)])
def test_nothing_else_is_called_in_sequences(seed, library, judge):
    assert judge("closed_states", "cs_set", library, seed=seed, phases=("lifecycle",)) == ([], [])


@pytest.mark.full
@pytest.mark.parametrize("library", ["near", "sound"])
def test_nothing_else_is_called_while_exploring(library, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    (item,) = judge.items("closed_states", "cs_set", library, seed=1, phases=("explore",))

    assert (item.findings, item.reasons, item.gaps) == ((), (), ())
    assert item.explored.executions > 1000


@pytest.mark.full
def test_what_only_a_way_through_the_state_shows_is_explored(judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found, _ = judge("closed_states", "cs_set", "wrong", seed=1, phases=("explore",))

    assert BROKEN in {each.diagnostic.code.id for each in found}
