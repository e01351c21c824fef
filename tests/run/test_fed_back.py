"""What calls return is passed to later ones: as it is, joined, cut, computed, on a condition, and so many times."""

from __future__ import annotations

import pytest

from tiers import sample

LAWS = {
    "quoted_and_back": "escapes",
    "what_was_quoted_comes_back": "escapes",
    "as_much_room_as_is_needed": "room",
    "digits_are_joined": "joined",
}
"""Each law with the library that breaks it: fed_back_escapes, fed_back_room, fed_back_joined."""


@pytest.mark.finds("ABD376")
@pytest.mark.parametrize("law", sample([*LAWS], keep=["digits_are_joined", "quoted_and_back"]))
def test_what_is_made_of_what_was_left_breaks_a_law(law, judge):
    found, reasons = judge("fed_back", law, LAWS[law], seed=1, phases=("laws",), examples=100)

    assert {each.diagnostic.code.id for each in found} == {"ABD376"}
    assert reasons == []


@pytest.mark.spares("ABD376")
@pytest.mark.parametrize("law", sample([*LAWS], keep=["digits_are_joined", "quoted_and_back"]))
@pytest.mark.parametrize("library", sample(["sound", "near"], keep=["near"]))
def test_laws_that_hold_of_what_was_left_are_left_alone(law, library, judge):
    assert judge("fed_back", law, library, seed=1, phases=("laws",)) == ([], [])
