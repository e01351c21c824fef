"""Handles that are numbers: made, used, closed and refused as pointers are, and compared by which they are."""

from __future__ import annotations

import pytest

from tiers import full

FOUND = {
    "again": ("nh_copy", "properties", {"ABD322"}),  # the number of another one that is open
    "stale": ("file", "lifecycle", {"ABD323"}),  # a file that is closed is used as before
    "positive": ("file", "lifecycle", {"ABD321", "ABD322"}),  # what tells a failure may be a file
    "beside": ("file", "lifecycle", {"ABD322", "ABD375"}),  # another one is closed
    "forgets": ("nh_pair", "properties", {"ABD325"}),  # one of two numbers is not written
    "steals": ("nh_timer", "lifecycle", {"ABD322"}),  # with all in use, the oldest is another one's now
}
ITEMS = {"file": "lifecycle", "nh_timer": "lifecycle", "nh_close": "rejects", "nh_poll": "properties"}


@pytest.mark.slow
@pytest.mark.parametrize("library", ["again", *map(full, [each for each in FOUND if each != "again"])])
def test_a_number_that_is_handled_wrongly_is_found(library, judge):
    function, phase, codes = FOUND[library]

    found, _ = judge("number_handles", function, library, seed=1, phases=(phase,))

    assert codes & {each.diagnostic.code.id for each in found}


@pytest.mark.full
@pytest.mark.parametrize("library", ["sound", "near"])
@pytest.mark.parametrize("function", [*ITEMS, "what_is_written_is_read"])
def test_numbers_that_are_handled_well_are_left_alone(function, library, judge):
    phases = (ITEMS.get(function, "laws"),)

    assert judge("number_handles", function, library, seed=2, phases=phases) == ([], [])


@pytest.mark.full
def test_libraries_that_number_their_handles_otherwise_answer_alike(judge):
    assert judge("number_handles", "file", "sound=near", seed=3, phases=("equivalence",), examples=20) == (
        [],
        [],
    )


@pytest.mark.full
def test_libraries_that_mean_another_handle_do_not(judge):
    found, _ = judge("number_handles", "file", "sound=beside", seed=3, phases=("equivalence",))

    assert {each.diagnostic.code.id for each in found} == {"ABD331"}


@pytest.mark.slow
def test_a_finding_declares_numbers_as_they_are(judge):
    found, _ = judge("number_handles", "nh_copy", "again", seed=1, phases=("properties",))

    copied = next(each for each in found if each.diagnostic.code.id == "ABD322")
    assert copied.diagnostic.message == "`nh_copy` returned 0, not a new `file`: that one is in use"
    assert copied.call.splitlines() == ['int file = nh_open("a");', "nh_copy(file);        // returned 0"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("library", "function"),
    [("again", "nh_copy"), full("beside", "file"), full("forgets", "nh_pair"), full("positive", "file")],
)
def test_exploring_finds_them_as_well(library, function, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")

    found, _ = judge("number_handles", function, library, seed=1, phases=("explore",))

    assert FOUND[library][2] & {each.diagnostic.code.id for each in found}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("library", "function"), [("near", "file"), full("sound", "file"), full("sound", "nh_timer")]
)
def test_exploring_leaves_alone_what_is_sound(library, function, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")

    assert judge("number_handles", function, library, seed=1, phases=("explore",)) == ([], [])
