"""Files that are passed by their paths: handles of the contract's own header, which are made with some contents."""

from __future__ import annotations

import pytest

DEFECTS = {
    "wrong": ("what_was_saved_is_loaded", "laws", "ABD376"),
    "open": ("kf_load_from", "properties", "ABD365"),
}


@pytest.mark.slow
@pytest.mark.parametrize("library", DEFECTS)
def test_what_is_in_a_file_is_known(library, judge):
    item, phase, code = DEFECTS[library]
    found, reasons = judge("kept_files", item, library, seed=1, phases=(phase,), examples=40)

    assert code in {each.diagnostic.code.id for each in found}
    assert "kf_file_with(" in found[0].call
    assert reasons == []


@pytest.mark.parametrize(
    ("item", "phase"), [*(each[:2] for each in DEFECTS.values()), ("kf_save_to", "properties")]
)
def test_files_that_are_read_and_written_as_they_should_have_no_finding(item, phase, judge):
    assert judge("kept_files", item, "near", seed=2, phases=(phase,), examples=20) == ([], [])
