"""What a call leaves behind pointers in out parameters stays as long as the contract says, and no longer."""

from __future__ import annotations

import pytest

from tiers import first

DEFECTS = {
    "named": "`la_kind` left in `name`",
    "found": "`la_find` left in `text`",
    "viewed": "`la_view_of` left in `view.data`",
    "freed": "`la_view_of` left in `view.data`",
}


@pytest.mark.slow
@pytest.mark.parametrize("defect", first(DEFECTS))
def test_what_does_not_last_is_found(defect, judge):
    found, reasons = judge("lent_answers", "la_store", defect, seed=1, phases=("lifecycle",))

    assert {finding.diagnostic.code.id for finding in found} == {"ABD374"}
    messages = [finding.diagnostic.message for finding in found]
    assert [DEFECTS[defect] in message for message in messages] == [True] * len(found), messages
    assert all(finding.repeats[0] == finding.repeats[1] for finding in found)
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize("library", first(["near", "sound"]))
def test_what_ends_with_a_change_is_sound(library, judge):
    assert judge("lent_answers", "la_store", library, seed=1, phases=("lifecycle",), examples=40) == ([], [])


@pytest.mark.full
@pytest.mark.parametrize("library", ["near", "sound"])
@pytest.mark.parametrize("function", ["la_put", "la_find", "la_view_of", "la_kind"])
def test_single_calls_are_sound(function, library, judge):
    assert judge("lent_answers", function, library, seed=1, examples=30) == ([], [])
