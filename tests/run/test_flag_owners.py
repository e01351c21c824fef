"""Handles and memory of which a flag says whose they are after a call."""

from __future__ import annotations

import pytest

from tiers import full

FOUND = {"fo_list": {"ABD371"}, "fo_slip": {"ABD301", "ABD314"}, "fo_box_label": {"ABD371", "ABD372"}}


def judged(judge, subject, library, seed):
    phase = "lifecycle" if subject != "fo_box_label" else "properties"
    return judge("flag_owners", subject, library, seed=seed, phases=(phase,), examples=40)


@pytest.mark.slow
def test_what_must_be_there_no_longer_than_the_call_is_used_later(judge):
    found, reasons = judge("flag_owners", "fo_sheet", "wrong", seed=1, phases=("lifecycle",), examples=40)

    assert {each.diagnostic.code.id for each in found} == {"ABD373"}
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", full("near")])
def test_what_is_kept_must_be_there(library, judge):
    assert judge("flag_owners", "fo_sheet", library, seed=1, phases=("lifecycle",), examples=40) == ([], [])
    assert judge("flag_owners", "fo_sheet_new", library, seed=1, examples=40) == ([], [])


@pytest.mark.slow
@pytest.mark.several_causes
@pytest.mark.parametrize("subject", ["fo_list", "fo_slip"])
def test_one_that_does_not_heed_the_flag_is_found(subject, judge):
    found, _ = judged(judge, subject, "wrong", 1)

    assert FOUND[subject] & {each.diagnostic.code.id for each in found}


@pytest.mark.slow
@pytest.mark.parametrize("library", ["near", full("sound")])
@pytest.mark.parametrize("subject", ["fo_list", "fo_slip", "fo_box", "fo_box_label", full("fo_value")])
def test_one_that_does_is_left_alone(subject, library, judge):
    assert judged(judge, subject, library, 2) == ([], [])
