"""What calls return is passed to later ones: as it is, joined, cut, computed, on a condition, and so many times."""

from __future__ import annotations

import pytest

from tiers import sample

BROKEN = [
    ("quoted_and_back", "escapes"),
    ("what_was_quoted_comes_back", "escapes"),
    ("as_much_room_as_is_needed", "room"),
    ("digits_are_joined", "joined"),
    ("only_where_there_was_no_room", "room"),
    ("copies_are_quoted_alike", "room"),
]
"""Each law with the library that breaks it."""
KEPT = [BROKEN[0], BROKEN[3]]


@pytest.mark.slow
@pytest.mark.finds("ABD376")
@pytest.mark.parametrize("broken", sample(BROKEN, keep=KEPT), ids=" ".join)
def test_what_is_made_of_what_was_left_breaks_a_law(broken, judge):
    law, library = broken

    found, reasons = judge("fed_back", law, library, seed=1, phases=("laws",), examples=100)

    assert reasons == []
    assert {each.diagnostic.code.id for each in found} == {"ABD376"}


@pytest.mark.slow
@pytest.mark.spares("ABD376")
@pytest.mark.parametrize(
    "law",
    sample([*(law for law, _ in BROKEN), "as_many_as_were_put", "no_room_for_the_nul"], keep=[BROKEN[4][0]]),
)
@pytest.mark.parametrize("library", sample(["sound", "near"], keep=["near"]))
def test_laws_that_hold_of_what_was_left_are_left_alone(law, library, judge):
    assert judge("fed_back", law, library, seed=1, phases=("laws",), examples=100) == ([], [])


@pytest.mark.full
@pytest.mark.finds("ABD301")
def test_what_a_call_returned_is_given_to_later_ones_of_a_sequence(judge):
    (found,), reasons = judge("fed_back", "fb_store", "twice", seed=1, phases=("lifecycle",), examples=50)

    assert reasons == []
    assert found.call.splitlines()[1:] == [
        "fb_put(store, 0);",
        'fb_take(store, "t9e3779b1" /* from fb_put */);',
        'fb_take(store, "t9e3779b1" /* from fb_put */);        // crashes',
    ]


@pytest.mark.slow
@pytest.mark.spares("ABD301")
@pytest.mark.parametrize("library", sample(["sound", "near"], keep=["near"]))
def test_a_store_that_takes_what_it_returned_is_left_alone(library, judge):
    assert judge("fed_back", "fb_store", library, seed=1, phases=("lifecycle",), examples=30) == ([], [])
