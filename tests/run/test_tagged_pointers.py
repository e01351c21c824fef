"""What a pointer to `void` leads to is told by its tag: that is given, read, judged and compared, and nothing else."""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

CRASH, PROMISE, DOMAIN, CALLBACK, DIFFER = "ABD301", "ABD321", "ABD322", "ABD343", "ABD331"
DEFECTS = {
    "tp_strlen": PROMISE,
    "tp_sum": (CRASH, "ABD303"),
    "tp_total": PROMISE,
    "tp_turn": PROMISE,
    "tp_make": DOMAIN,
    "tp_known": DOMAIN,
    "tp_each": CALLBACK,
    "tp_events": CALLBACK,
    "tp_set": PROMISE,
    "tp_get": "ABD311",
    "tp_store": PROMISE,
    "tp_load": "ABD311",
}
KEPT = (CRASH, PROMISE, DOMAIN)


@pytest.mark.slow
@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS, keep=KEPT))
def test_what_takes_one_thing_for_another_is_found(function, build, code, judge):
    (found, *_), reasons = judge("tagged_pointers", function, build, seed=1)

    assert found.diagnostic.code.id == code
    assert found.repeats == (5, 5)
    assert reasons == []


@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, keep=KEPT))
def test_what_looks_at_what_is_there_is_no_finding(function, build, judge):
    assert judge.in_turn(SOUND, "tagged_pointers", function, build) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "library", "codes"),
    [
        ("tp_set", "sound=wrong", {DIFFER}),
        ("tp_known", "sound=near", set()),
        ("tp_events", "sound=near", set()),
        ("tp_events", "near=wrong", {DIFFER}),
    ],
)
def test_libraries_are_compared_by_what_is_there(function, library, codes, judge):
    found, _ = judge("tagged_pointers", function, library, seed=1, phases=("equivalence",), least=20)

    assert {each.diagnostic.code.id for each in found} == codes
