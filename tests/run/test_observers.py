"""Postconditions that ask other functions, `count(pile) == old(count(pile)) + 1`."""

from __future__ import annotations

import pytest

from tiers import full

BROKEN = "ABD321"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "phase"),
    [
        pytest.param("ob_pile", "lifecycle", marks=pytest.mark.finds(BROKEN)),
        full("ob_rename", "properties"),
        ("ob_pile", "explore"),
    ],
)
def test_what_another_function_tells_is_held_against_the_call(item, phase, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found, _ = judge("observers", item, "wrong", seed=1, phases=(phase,), examples=60)

    assert {each.diagnostic.code.id for each in found} == {BROKEN}
    assert found[0].call.count("ob_count(pile);") <= 1  # of the call before the one that is shown


@pytest.mark.slow
def test_what_is_asked_is_worked_out_of_what_others_tell(judge):
    found, _ = judge("observers", "ob_push", "wrong", seed=1, phases=("properties",), examples=40)

    assert any("ob_at(pile, ob_count(pile) - 1)" in each.diagnostic.message for each in found)


@pytest.mark.slow
@pytest.mark.several_causes
@pytest.mark.parametrize("library", [full("near"), "wrong", "sound"])
def test_what_another_function_answers_is_given_on(library, judge):
    """A handle is asked about that only another function tells, which may be NULL and has preconditions of its own."""
    found, reasons = judge(
        "observers", "ob_raise", library, seed=1, phases=("properties",), examples=16, least=16
    )

    assert {each.diagnostic.code.id for each in found} == ({BROKEN} if library == "wrong" else set())
    assert reasons == []


@pytest.mark.full
@pytest.mark.parametrize("library", ["near", "sound"])
def test_numbers_that_are_worked_out_are_those_that_are_there(library, judge):
    assert judge("observers", "ob_set", library, seed=1, phases=("properties",), examples=40) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("library", ["near", "wrong"])
def test_handles_are_told_apart(library, judge):
    found, reasons = judge(
        "observers", "what_was_laid_last_is_below", library, seed=1, phases=("laws",), examples=9
    )

    assert {each.diagnostic.code.id for each in found} == ({BROKEN} if library == "wrong" else set())
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize("library", [pytest.param("near", marks=pytest.mark.spares(BROKEN)), full("sound")])
@pytest.mark.parametrize("item", ["ob_pile", "ob_rename", full("ob_pop"), full("ob_at"), full("ob_pile_new")])
def test_calls_that_keep_what_others_tell_are_no_finding(library, item, judge):
    found = judge("observers", item, library, seed=2, phases=("properties", "lifecycle"), examples=40)

    assert found == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("library", ["near", "wrong"])
@pytest.mark.parametrize("phase", ["properties", full("explore")])
def test_nobody_is_asked_about_what_a_failed_call_has_left(library, phase, judge, monkeypatch):
    """There is no end of a text in memory that it has not written."""
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    item = "ob_spell" if phase == "properties" else "ob_pile"
    found, reasons = judge("observers", item, library, seed=3, phases=(phase,), examples=60, least=60)

    assert {each.diagnostic.code.id for each in found} == ({BROKEN} if library == "wrong" else set())
    assert reasons == []


@pytest.mark.full
@pytest.mark.parametrize("library", ["near", "sound"])
def test_no_promise_is_broken_while_exploring(library, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    (item,) = judge.items("observers", "ob_pile", library, seed=1, phases=("explore",))

    assert (item.findings, item.reasons) == ((), ())


@pytest.mark.slow
def test_threads_are_asked_nothing(judge):
    """What another thread does in between would be told as well."""
    assert judge("observers", "ob_push", "sound", seed=1, phases=("threads",), examples=4) == ([], [])
