"""Room that a library lends is filled up to its end, and what stands in it is what the next call is about."""

from __future__ import annotations

import pytest

from tiers import full

pytestmark = pytest.mark.full


@pytest.mark.parametrize("seed", [1, *(full(each) for each in range(2, 11))])
def test_room_that_is_too_small_is_found(seed, judge):
    found, _ = judge("lent_room", "lr_room", "wrong_asan", seed=seed, phases=("properties",), examples=40)

    assert {each.diagnostic.code.id for each in found} == {"ABD322"}
    assert "memory that cannot be written as far as that, not room" in found[0].diagnostic.message


@pytest.mark.parametrize("seed", [1, *(full(each) for each in range(2, 11))])
def test_what_is_lost_of_the_room_is_found(seed, judge):
    found, _ = judge("lent_room", "the_sum_of_all", "wrong", seed=seed, phases=("laws",), examples=40)

    codes = {each.diagnostic.code.id: each for each in found}
    assert codes.keys() <= {"ABD376", "ABD314"}  # the room is too small as well, which a heap watcher sees
    assert "memcpy(room, " in codes["ABD376"].call


@pytest.mark.parametrize("library", ["sound", "sound_asan", "near", "near_asan"])
@pytest.mark.parametrize("function", ["lr_room", "lr_take", "lr_sum", "the_sum_of_all"])
def test_sound_room_has_no_finding(function, library, judge):
    assert judge("lent_room", function, library, seed=2, examples=40) == ([], [])
