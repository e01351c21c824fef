"""Callbacks that are given the handle which the call has, in the caller's memory: that one, read, and called on."""

from __future__ import annotations

import pytest

from tiers import full

DEFECTS = {
    "copy": ("hh_run", "properties", "ABD343"),
    "late": ("hh_run", "properties", "ABD346"),
    "deaf": ("hh_parser", "lifecycle", "ABD334"),
}


@pytest.mark.slow
@pytest.mark.parametrize("library", DEFECTS)
def test_what_a_callback_is_given_is_judged(library, judge):
    item, phase, code = DEFECTS[library]
    found, reasons = judge("handed_handles", item, library, seed=1, phases=(phase,))

    assert code in {each.diagnostic.code.id for each in found}
    assert reasons == []
    if library == "copy":
        assert "another pointer as `parser`, not the `hh_parser` that the call was given" in str(
            [each.diagnostic.message for each in found]
        )
    if library == "deaf":
        assert "hh_pause(parser);" in found[0].call


@pytest.mark.slow
@pytest.mark.parametrize(("item", "phase"), [("hh_run", "properties"), ("hh_parser", "lifecycle")])
@pytest.mark.parametrize("library", ["near", full("sound")])
def test_callbacks_that_are_given_the_handle_of_the_call_are_sound(item, phase, library, judge):
    assert judge("handed_handles", item, library, seed=2, phases=(phase,)) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize(("library", "codes"), [("deaf", {"ABD334"}), ("near", set()), full("sound", set())])
def test_exploring_has_callbacks_call_on_the_handle_as_well(library, codes, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")

    found, reasons = judge("handed_handles", "hh_parser", library, seed=1, phases=("explore",))

    assert {each.diagnostic.code.id for each in found} == codes
    assert reasons == []
