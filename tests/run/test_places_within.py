"""Pointers that are passed and lead to somewhere in the memory of another parameter, themselves or behind a pointer."""

from __future__ import annotations

import pytest
from families import found_in, spared_in

BROKEN = "ABD321"
READ_PAST = "ABD312"
ASTRAY = "ABD322"
FOUND = {
    "pw_left": BROKEN,
    "pw_raise": BROKEN,
    "pw_put": BROKEN,
    "pw_sign": BROKEN,
    "pw_prior": ASTRAY,
    "pw_word": ASTRAY,
    "pw_cut": BROKEN,
}


@pytest.mark.slow
@pytest.mark.parametrize(("function", "library", "code"), found_in(FOUND, keep=(BROKEN, ASTRAY)))
def test_what_is_wrong_about_a_place_is_found(function, library, code, judge):
    found, reasons = judge("places_within", function, library, seed=1, phases=("properties",), examples=60)

    assert ({each.diagnostic.code.id for each in found}, reasons) == ({code}, [])


@pytest.mark.slow
@pytest.mark.parametrize("library", ["wrong", "wrong_asan"])
def test_a_place_at_the_end_is_no_memory(library, judge):
    found, _ = judge("places_within", "pw_find", library, seed=1, phases=("properties",), examples=60)

    assert READ_PAST in {each.diagnostic.code.id for each in found} or library == "wrong_asan"
    assert found


@pytest.mark.parametrize(("function", "library"), spared_in(FOUND, "pw_find", keep=(BROKEN, ASTRAY)))
def test_sound_code_goes_as_far_as_the_end(function, library, judge):
    assert judge("places_within", function, library, seed=2, phases=("examples", "properties")) == ([], [])


@pytest.mark.slow
def test_the_memory_that_is_written_is_no_literal(judge):
    (found, *_), _ = judge("places_within", "pw_put", "wrong", seed=1, phases=("properties",), examples=60)
    start, at, call = found.call.splitlines()

    assert start.startswith("unsigned char start[] = ")
    assert at.startswith("unsigned char *at = start + ")
    assert call.startswith("pw_put(&at, start, ")


@pytest.mark.slow
def test_a_place_behind_a_pointer_is_printed_as_one(judge):
    (found, *_), _ = judge("places_within", "pw_cut", "wrong", seed=1, phases=("properties",), examples=60)

    assert "pw_cut(&list, &n, list" in found.call
