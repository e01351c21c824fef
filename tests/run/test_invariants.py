"""A record that comes back keeps the invariants of its type; none that breaks them is given."""

from __future__ import annotations

import pytest
from families import found_in, spared_in

DEFECTS = {
    "sp_hull": ("hull", "first <= last"),
    "sp_move": ("span", "first <= last"),
    "sp_of": ("result", "first <= last"),
    "sp_longest": ("result", "first <= last"),
    "sp_halves": ("halves[]", "first <= last"),
    "sp_pair_up": ("pair", "count == 2"),
}
KEPT = ("sp_length", "sp_erase")
SOUND = ("sound", "near", "near_asan")


@pytest.mark.parametrize(("function", "build", "code"), found_in(dict.fromkeys(DEFECTS, "ABD329")))
def test_an_invariant_that_is_broken_is_found(function, build, code, judge):
    (found,), reasons = judge("invariants", function, build, seed=1)

    place, invariant = DEFECTS[function]
    assert found.diagnostic.code.id == code
    assert found.diagnostic.place == f"{function}:{place}:{invariant}"
    assert found.repeats == (5, 5)
    assert reasons == []


@pytest.mark.parametrize(
    ("function", "build"), spared_in(dict.fromkeys(DEFECTS, "ABD329"), *KEPT, builds=SOUND)
)
def test_records_that_keep_them_are_no_finding(function, build, judge):
    assert judge.in_turn(SOUND, "invariants", function, build) == ([], [])


@pytest.mark.full
def test_the_fields_stand_at_the_invariant(judge):
    (found,), _ = judge("invariants", "sp_hull", "wrong", seed=1)

    labels = found.diagnostic.labels
    assert found.diagnostic.message == "`sp_hull` left `hull` of which `first <= last` does not hold"
    assert [label.span.path.name for label in labels] == [
        "invariants.contract.yaml",
        "invariants.contract.yaml",
        "invariants.h",
    ]
    assert [label.text for label in labels[:2]] == ["1", "0"]
