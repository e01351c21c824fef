"""What is said in numbers that a handle was created with: how much there is, which calls are made, what is answered."""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

from tiers import full

DEFECTS = {
    "cw_run": "ABD312",
    "cw_mute": "ABD323",
    "cw_add": "ABD312",
    "a_gain_is_the_one_that_was_set": "ABD376",
}
KEPT = ("ABD312", "ABD323")


@pytest.mark.slow
@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS, keep=KEPT))
def test_what_is_wrong_of_such_a_handle_is_found(function, build, code, judge):
    found, reasons = judge("created_with", function, build, seed=1)

    assert code in [finding.diagnostic.code.id for finding in found]
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize("library", ["wrong", full("wrong_asan")])
def test_what_another_handle_was_created_with_is_no_answer(library, judge):
    found, reasons = judge("created_with", "cw_clock", library, seed=1)

    # Without the other handle the answer is another one; otherwise it is only not the promised one.
    codes = {finding.diagnostic.code.id for finding in found}
    assert codes
    assert codes <= {"ABD375", "ABD321"}
    assert reasons == []


@pytest.mark.parametrize(
    ("function", "build"), spared_in(DEFECTS, "cw_gain", "cw_gain_of", "cw_rate", "cw_clock", keep=KEPT)
)
def test_no_more_is_passed_and_no_other_call_is_made(function, build, judge):
    """The sound ones abort where they are given a channel that there is not, or part of a second."""
    assert judge.in_turn(SOUND, "created_with", function, build) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize(("function", "code"), [("cw_run", "ABD312"), ("cw_add", "ABD312")])
def test_what_is_wrong_is_found_by_exploring(function, code, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found, reasons = judge("created_with", function, "wrong", seed=1, phases=("explore",))

    assert code in [finding.diagnostic.code.id for finding in found]
    assert reasons == []


@pytest.mark.full
def test_no_other_call_is_made_while_exploring(judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    for library in ("sound", "near"):
        for function in ("cw_run", "cw_gain", "cw_mute", "cw_add", "cw_filter"):
            (item,) = judge.items("created_with", function, library, seed=1, phases=("explore",))
            assert (item.findings, item.reasons) == ((), ())
            assert item.explored.executions > 100
