"""Texts are passed and expected in the form that `like` gives, and bytes as text of their encoding, or mostly so."""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

pytestmark = pytest.mark.full

DEFECTS = {
    "fo_minutes": ("ABD301", "ABD303"),
    "fo_version": ("ABD301", "ABD303"),
    "fo_port": ("ABD301", "ABD303"),
    "fo_period": "ABD322",
    "fo_stamp": "ABD322",
    "fo_each": "ABD343",
    "fo_ask": ("ABD301", "ABD303"),
    "fo_count": "ABD312",
    "fo_title": ("ABD301", "ABD303"),
    "fo_trim": ("ABD301", "ABD303"),
    "fo_decode": "ABD321",
    "fo_decode_in": "ABD321",
    "fo_ascii": "ABD322",
}
KEPT = ("ABD322",)


@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS, keep=KEPT))
def test_what_only_texts_of_the_form_reach_is_found(function, build, code, judge):
    found, reasons = judge("forms", function, build, seed=1)

    assert code in [finding.diagnostic.code.id for finding in found]
    assert all(finding.repeats[0] == finding.repeats[1] for finding in found)
    assert reasons == []


@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, keep=KEPT))
def test_texts_of_another_form_are_not_passed(function, build, judge):
    assert judge.in_turn(SOUND, "forms", function, build) == ([], [])


@pytest.mark.parametrize(("function", "codes"), DEFECTS.items())
def test_what_only_texts_of_the_form_reach_is_found_by_exploring(function, codes, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found, reasons = judge("forms", function, "wrong", seed=1, phases=("explore",))

    code = codes if isinstance(codes, str) else codes[0]
    assert code in [finding.diagnostic.code.id for finding in found]
    assert reasons == []


@pytest.mark.parametrize("library", ["sound", "near"])
def test_texts_of_another_form_are_not_passed_while_exploring(library, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    for function in DEFECTS:
        (item,) = judge.items("forms", function, library, seed=1, phases=("explore",))
        assert (item.findings, item.reasons) == ((), ())
        assert item.explored.executions > 1000
