"""Streams in the caller's memory: their windows go on from call to call, and nothing else in them is set beforehand."""

from __future__ import annotations

import pytest
from families import found_in, spared_in

from tiers import full

pytestmark = pytest.mark.full

DEFECTS = {
    "copying": "ABD315",
    "masking": "ABD327",
    "summing": "ABD373",
}
"""What phase `lifecycle` finds of each handle."""


def lifecycle(judge, handle, library, seed=1, examples=60):
    return judge("windows", handle, library, seed=seed, phases=("lifecycle",), examples=examples)


@pytest.mark.parametrize(("handle", "library", "code"), found_in(DEFECTS))
def test_what_shows_from_one_call_to_the_next_is_found(handle, library, code, judge):
    found, reasons = lifecycle(judge, handle, library)

    assert {each.diagnostic.code.id for each in found} == {code}
    assert reasons == []


@pytest.mark.parametrize(("handle", "library"), spared_in(DEFECTS, "plain", "blank"))
def test_sound_streams_have_no_finding(handle, library, judge):
    assert lifecycle(judge, handle, library, seed=2, examples=40) == ([], [])


@pytest.mark.parametrize("seed", [full(each) for each in range(3, 12)])
@pytest.mark.parametrize(
    ("handle", "code"), [("copying", "ABD315"), ("masking", "ABD327"), ("summing", "ABD373")]
)
def test_every_seed_finds_it(handle, code, seed, judge):
    found, _ = lifecycle(judge, handle, "wrong", seed=seed)
    assert {each.diagnostic.code.id for each in found} == {code}


@pytest.mark.parametrize("law", ["plain_in_pieces", "plain_with_room_in_pieces"])
@pytest.mark.parametrize("seed", [1, *(full(each) for each in range(2, 11))])
def test_what_depends_on_cuts_is_found(law, seed, judge):
    found, _ = judge("windows", law, "wrong", seed=seed, phases=("laws",))
    assert {each.diagnostic.code.id for each in found} == {"ABD379"}


@pytest.mark.parametrize("law", ["plain_in_pieces", "plain_with_room_in_pieces"])
@pytest.mark.parametrize("library", ["sound", "near"])
def test_sound_streams_do_not_depend_on_cuts(law, library, judge):
    assert judge("windows", law, library, seed=2, phases=("laws",)) == ([], [])
