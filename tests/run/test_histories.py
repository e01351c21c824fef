"""Handles of any history: laws about them, and sequences in which most calls are given such as they succeed with."""

from __future__ import annotations

import pytest

from abidance.run.execution.runner import Runner
from abidance.run.phases import lifecycle
from tiers import full

BROKEN = "ABD376"


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize("library", ["near", full("sound")])
@pytest.mark.parametrize("law", ["any_copy_is_equal", "any_that_is_added_is_counted"])
def test_what_holds_of_any_is_sound(law, library, judge):
    """One that was put into another is not put into a second one."""
    assert judge("histories", law, library, seed=1, phases=("laws",), examples=100) == ([], [])


@pytest.mark.slow
def test_calls_are_given_such_as_they_succeed_with(judge):
    """One of six that are drawn is a list: four parts in one are seldom otherwise, and one is dropped then."""
    found, _ = judge("histories", "hv", "forgets", seed=1, phases=("lifecycle",), examples=100, least=100)

    assert {each.diagnostic.subject for each in found} <= {"hv_drop", "hv_add", "hv_copy", "hv_free", "hv"}
    assert found


@pytest.mark.slow
@pytest.mark.parametrize("library", ["near", full("sound")])
def test_sequences_of_trees_are_sound(library, judge):
    assert judge("histories", "hv", library, seed=1, phases=("lifecycle",), examples=100) == ([], [])


@pytest.mark.slow
def test_what_ends_the_process_is_tried_once(judge, monkeypatch):
    """Five functions create such handles, and each end of a process takes long, or as long as a call is given."""
    ended = []
    bare, with_fits = Runner.bare, lifecycle.with_fits

    def noted(runner, case, *rest):
        trial = bare(runner, case, *rest)
        ended.extend([case.function] if trial.death is not None else [])
        return trial

    def watched(context, model):
        with monkeypatch.context() as patches:
            patches.setattr(Runner, "bare", noted)
            return with_fits(context, model)

    monkeypatch.setattr(lifecycle, "with_fits", watched)
    found, _ = judge("histories", "hv", "aborts", seed=1, phases=("lifecycle",), examples=20)

    assert ended == ["hv_drop"]
    assert {each.diagnostic.subject for each in found} == {"hv_drop"}


@pytest.mark.slow
def test_exploring_finds_what_is_wrong_with_some_as_well(judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found, _ = judge("histories", "any_copy_is_equal", "wrong", seed=1, phases=("explore",))

    (bug,) = found
    assert bug.diagnostic.code.id == BROKEN
    assert bug.call.count("hv_add(") == 2


@pytest.mark.slow
@pytest.mark.parametrize("library", ["near", full("sound")])
@pytest.mark.parametrize("law", ["any_copy_is_equal", "any_that_is_added_is_counted"])
def test_exploring_leaves_alone_what_holds_of_any(law, library, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")

    assert judge("histories", law, library, seed=1, phases=("explore",)) == ([], [])
