"""What is asked about calls that are refused: `ensures` under `rejects`."""

from __future__ import annotations

import pytest

from tiers import full

REFUSED = "ABD323"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "phase"),
    [
        pytest.param("an_put", "rejects", marks=pytest.mark.finds(REFUSED)),
        ("an_move", "rejects"),
        full("an_set", "lifecycle"),
        full("an_set", "explore"),
    ],
)
def test_a_refused_call_is_held_to_what_others_tell_of_it(item, phase, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    found, reasons = judge("asked_numbers", item, "wrong", seed=1, phases=(phase,), examples=60)
    places = {each.diagnostic.place for each in found if each.diagnostic.code.id == REFUSED}

    assert {place.partition(":")[0] for place in places} >= ({"an_move"} if item == "an_set" else {item})
    assert all(place.endswith("ensures[0]") for place in places)
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize("library", [pytest.param("near", marks=pytest.mark.spares(REFUSED)), full("sound")])
@pytest.mark.parametrize("item", ["an_put", "an_move"])
def test_a_refused_call_that_leaves_all_as_it_was_is_no_finding(item, library, judge):
    assert judge("asked_numbers", item, library, seed=2, phases=("rejects",), examples=60) == ([], [])
