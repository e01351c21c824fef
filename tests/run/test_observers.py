"""Postconditions that ask other functions, `count(pile) == old(count(pile)) + 1`."""

from __future__ import annotations

import pytest

from tiers import full

BROKEN = "ABD321"
ITEMS = ("ob_pile", "ob_rename", "ob_move")


@pytest.mark.parametrize(
    ("item", "phase"),
    [
        pytest.param("ob_pile", "lifecycle", marks=pytest.mark.finds(BROKEN)),
        ("ob_rename", "properties"),
        full("ob_pile", "lifecycle"),
    ],
)
def test_what_another_function_tells_is_held_against_the_call(item, phase, judge):
    found, _ = judge("observers", item, "wrong", seed=1, phases=(phase,), examples=60)

    assert {each.diagnostic.code.id for each in found} == {BROKEN}


@pytest.mark.parametrize("library", [pytest.param("near", marks=pytest.mark.spares(BROKEN)), full("sound")])
@pytest.mark.parametrize("item", ["ob_pile", "ob_rename", full("ob_pop"), full("ob_at")])
def test_calls_that_keep_what_others_tell_are_no_finding(library, item, judge):
    found, open_questions = judge("observers", item, library, seed=2, phases=("properties", "lifecycle"))

    assert (found, open_questions) == ([], [])


def test_the_smallest_call_has_only_what_was_asked_about_the_last(judge):
    found, _ = judge("observers", "ob_pile", "wrong", seed=1, phases=("lifecycle",), examples=60)

    assert found[0].call.count("ob_count(pile);") == 1
