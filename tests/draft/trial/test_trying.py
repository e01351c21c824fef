"""What a trial is taken for, by how its items ended."""

from __future__ import annotations

import pytest

from abidance.core.catalogue import LIBRARY_UNLOADABLE, NOT_REACHED, SEARCH_STOPPED, UNSATISFIABLE
from abidance.core.diagnostic import Diagnostic
from abidance.core.events import ItemFinished, ItemId
from abidance.core.outcome import Outcome
from abidance.draft.trial.trying import _trial

pytestmark = pytest.mark.unit


def item(function, phase="properties", *codes, build="release"):
    reasons = tuple(Diagnostic(code, f"why {function}") for code in codes)
    outcome = Outcome.ERRORED if codes else Outcome.PASSED
    return ItemFinished(ItemId("b", function, phase, "c", build), outcome, calls=5, reasons=reasons)


def test_a_function_without_a_valid_call_is_a_question_and_one_whose_time_was_up_is_not():
    trial = _trial(
        None, [item("f", "properties", UNSATISFIABLE), item("g", "explore", SEARCH_STOPPED), item("h")]
    )
    assert [name for name, _ in trial.unjudged] == ["f"]
    assert trial.calls == 15


def test_what_was_not_reached_is_named():
    trial = _trial(None, [item("f"), item("g", "properties", NOT_REACHED)])
    assert trial.unreached == {"g"}
    assert trial.unjudged == ()


def test_one_build_that_cannot_be_loaded_does_not_end_the_trial():
    loaded, failed = item("b", "load"), item("b", "load", LIBRARY_UNLOADABLE, build="asan+ubsan")
    assert _trial(None, [loaded, failed]).stopped == ""
    assert _trial(None, [failed]).stopped == "why b"
