"""Buffers whose lengths stand in an array beside them, are one for all, or stand in an array of records."""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

BOUNDS, CRASH, WRITES, PROMISE = "ABD312", "ABD301", "ABD311", "ABD321"
DEFECTS = {
    "pl_sum": (PROMISE, PROMISE),
    "pl_batch_sum": (BOUNDS, BOUNDS),
    "pl_fill": (PROMISE, PROMISE),
    "pl_invert": (WRITES, BOUNDS),
    "pl_louder": (WRITES, WRITES),
    "pl_scatter": (PROMISE, PROMISE),
}
ALLOWED = {
    "pl_sum": {PROMISE, BOUNDS, CRASH},
    "pl_batch_sum": {PROMISE, BOUNDS, CRASH},
    "pl_fill": {PROMISE},
    "pl_invert": {WRITES, BOUNDS, CRASH},
    "pl_louder": {WRITES, CRASH},
    "pl_scatter": {PROMISE},
}


@pytest.mark.slow
@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS, keep=(PROMISE,)))
def test_a_wrong_length_is_found(function, build, code, judge):
    found, reasons = judge("parallel_lengths", function, build, seed=1)

    codes = {finding.diagnostic.code.id for finding in found}
    assert code in codes <= ALLOWED[function]
    assert reasons == []


@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, keep=(PROMISE,)))
def test_a_right_length_is_no_finding(function, build, judge):
    assert judge.in_turn(SOUND, "parallel_lengths", function, build) == ([], [])


@pytest.mark.slow
def test_a_finding_tells_which_length_it_is(judge):
    found, _ = judge("parallel_lengths", "pl_invert", "wrong", seed=1)

    (finding,) = found
    assert "(lengths[1] = " in finding.diagnostic.labels[0].text
