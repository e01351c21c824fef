"""Functions that are asked about what other functions answer: texts, and handles that are passed by value."""

from __future__ import annotations

import pytest

from tiers import first

DEFECTS = ("aa_child", "aa_tree")


@pytest.mark.slow
@pytest.mark.parametrize("phase", first(["properties", "explore"]))
@pytest.mark.parametrize("subject", DEFECTS)
def test_what_differs_from_what_another_answers_is_found(subject, phase, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    phases = ("lifecycle" if phase == "properties" and subject == "aa_tree" else phase,)
    found, reasons = judge("asked_answers", subject, "wrong", seed=1, phases=phases)

    assert {finding.diagnostic.code.id for finding in found} == {"ABD321"}
    assert all(finding.repeats[0] == finding.repeats[1] for finding in found)
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
@pytest.mark.parametrize("subject", first(["aa_tree", "aa_child", "aa_root", "aa_name", "aa_unname"]))
def test_what_is_the_same_is_sound(subject, library, judge):
    assert judge("asked_answers", subject, library, seed=1, examples=40) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_what_is_the_same_is_sound_while_exploring(library, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    for subject in ("aa_tree", "aa_child", "aa_unname"):
        (item,) = judge.items("asked_answers", subject, library, seed=1, phases=("explore",))
        assert (item.findings, item.reasons) == ((), ())
        assert item.explored.executions > 100
