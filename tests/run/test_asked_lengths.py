"""Memory whose length another function tells, `length: f(x)`."""

from __future__ import annotations

import pytest

from tiers import full

DOMAIN, LAW, LOST, UNSET = "ABD322", "ABD376", "ABD374", "ABD321"
FOUND = {
    "al_row": ("lifecycle", LOST),  # both forms are in one buffer
    "al_codes": ("properties", DOMAIN),  # there is not as much
    "the_rest_follows_its_key": ("laws", LAW),  # the length is that of more
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "item",
    [
        pytest.param("al_codes", marks=pytest.mark.finds(DOMAIN)),
        full("al_row"),
        full("the_rest_follows_its_key"),
    ],
)
def test_a_wrong_length_is_found(item, judge):
    phase, code = FOUND[item]

    found, _ = judge("asked_lengths", item, "wrong", seed=1, phases=(phase,))

    codes = {each.diagnostic.code.id for each in found}
    # Sequences of its calls may meet what is wrong with `al_line` and `al_codes` as well.
    assert {code} <= codes <= ({code, UNSET, DOMAIN} if phase == "lifecycle" else {code})


@pytest.mark.slow
@pytest.mark.finds(UNSET)
def test_what_is_behind_as_much_as_is_told_is_read(judge):
    found, _ = judge("asked_lengths", "al_line", "wrong", seed=1, phases=("properties",), examples=20)

    assert {each.diagnostic.code.id for each in found} == {UNSET}


@pytest.mark.parametrize("library", [pytest.param("near", marks=pytest.mark.spares(DOMAIN)), full("sound")])
@pytest.mark.parametrize(
    "item", ["al_codes", "al_line", *map(full, ("al_row", "al_text", "al_rest", "the_rest_follows_its_key"))]
)
def test_memory_of_the_length_that_is_told_is_no_finding(library, item, judge):
    phases = ("properties", "lifecycle", "laws")

    assert judge("asked_lengths", item, library, seed=2, phases=phases) == ([], [])
