"""Windows that are parameters of a call, in either way of moving: the pointer itself, or a number beside it."""

from __future__ import annotations

import pytest
from families import found_in, spared_in

from tiers import full

DEFECTS = {
    "mp_copy": "ABD315",
    "mp_word": "ABD315",
    "mp_next": "ABD315",
    "mp_press_run": "ABD315",
    "mp_sizes": "ABD315",
    "mp_places": "ABD315",
    "mp_sum": "ABD373",
    "filter_in_pieces": "ABD379",
}
"""What is found of each function, handle or law."""
PHASES = ("examples", "properties", "lifecycle", "laws")


def judged(judge, subject, library, seed=1, least=0):
    return judge("moved_parameters", subject, library, seed=seed, phases=PHASES, examples=60, least=least)


@pytest.mark.slow
@pytest.mark.parametrize(("subject", "library", "code"), found_in(DEFECTS, keep=("ABD315",)))
def test_windows_that_are_moved_wrongly_are_found(subject, library, code, judge):
    found, reasons = judged(judge, subject, library)

    assert {each.diagnostic.code.id for each in found} == {code}
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("subject", "library"),
    spared_in(DEFECTS, "mp_filter", "mp_filter_run", "mp_press", "press_in_pieces", keep=("ABD315",)),
)
def test_windows_that_are_moved_well_have_no_finding(subject, library, judge):
    assert judged(judge, subject, library, seed=2) == ([], [])


@pytest.mark.slow
@pytest.mark.several_causes
@pytest.mark.parametrize(("library", "codes"), [("wrong", {"ABD376"}), ("near", set()), full("sound", set())])
def test_a_field_of_a_record_is_what_an_earlier_step_left(library, codes, judge):
    found, reasons = judged(judge, "pressed_twice_it_is_as_before", library, least=60)

    assert {each.diagnostic.code.id for each in found} & {"ABD376", "ABD379"} == codes
    assert reasons == []


@pytest.mark.parametrize("seed", [full(each) for each in range(3, 12)])
@pytest.mark.parametrize(("subject", "code"), DEFECTS.items())
def test_every_seed_finds_it(subject, code, seed, judge):
    found, _ = judged(judge, subject, "wrong", seed=seed)
    assert {each.diagnostic.code.id for each in found} == {code}
