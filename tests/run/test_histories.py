"""Handles of any history: laws about them, and sequences in which most calls are given such as they succeed with."""

from __future__ import annotations

import pytest

from tiers import full

BROKEN = "ABD376"


def test_what_is_wrong_with_some_is_found_and_shown_with_the_fewest_calls(judge):
    """A list in a list has to have something in it."""
    found, reasons = judge("histories", "any_copy_is_equal", "wrong", seed=1, phases=("laws",), least=100)

    (bug,) = found
    assert bug.diagnostic.code.id == BROKEN
    assert bug.call.count("hv_add(") == 2
    assert len(bug.call.splitlines()) <= 7
    assert reasons == []


def test_of_new_ones_it_is_true(judge):
    law = "a_copy_of_a_new_one_is_equal"

    assert judge("histories", law, "wrong", seed=1, phases=("laws",), examples=100) == ([], [])


@pytest.mark.parametrize("library", ["near", full("sound")])
@pytest.mark.parametrize("law", ["any_copy_is_equal", "any_that_is_added_is_counted"])
def test_what_holds_of_any_is_sound(law, library, judge):
    """One that was put into another is not put into a second one."""
    assert judge("histories", law, library, seed=1, phases=("laws",), examples=100) == ([], [])


def test_calls_are_given_such_as_they_succeed_with(judge):
    """One of six that are drawn is a list: four parts in one are seldom otherwise, and one is dropped then."""
    found, _ = judge("histories", "hv", "forgets", seed=1, phases=("lifecycle",), examples=100, least=100)

    assert {each.diagnostic.subject for each in found} <= {"hv_drop", "hv_add", "hv_free", "hv"}
    assert found


@pytest.mark.parametrize("library", ["near", full("sound")])
def test_sequences_of_trees_are_sound(library, judge):
    assert judge("histories", "hv", library, seed=1, phases=("lifecycle",), examples=100) == ([], [])
