"""Room whose size another function tells, `capacity: f(x)`."""

from __future__ import annotations

import pytest

from tiers import full

BEYOND = "ABD311"


@pytest.mark.parametrize(
    "item", [pytest.param("ar_sign", marks=pytest.mark.finds(BEYOND)), full("ar_say"), full("ar_key")]
)
def test_room_that_is_too_small_is_found(item, judge):
    found, _ = judge("asked_rooms", item, "wrong", seed=1, phases=("properties", "lifecycle"), examples=40)

    assert {each.diagnostic.code.id for each in found} == {BEYOND}


@pytest.mark.parametrize("library", [pytest.param("near", marks=pytest.mark.spares(BEYOND)), full("sound")])
@pytest.mark.parametrize("item", ["ar_sign", *map(full, ("ar_say", "ar_key"))])
def test_room_that_is_large_enough_is_no_finding(library, item, judge):
    phases = ("properties", "rejects", "lifecycle")

    assert judge("asked_rooms", item, library, seed=2, phases=phases) == ([], [])


@pytest.mark.full
def test_the_call_that_tells_is_shown_before(judge):
    (found, *_), _ = judge("asked_rooms", "ar_say", "wrong", seed=1, phases=("properties",), examples=40)

    assert found.call.splitlines()[1:3] == ["ar_room(key, 0);", "char out[2];"]
