"""What series of timed calls say: late calls are told from a late machine."""

from __future__ import annotations

import pytest

from abidance.run.cost.timing import Says, Series, quantile

pytestmark = pytest.mark.unit

US = 1_000_000
"""Picoseconds."""
STEADY = [2 * US] * 1000


def series(times, references=STEADY, preempted=0):
    return Series.of([(*times, *references, preempted)] if len(times) == len(references) else [])


def says(times, references=STEADY, *, share=0.99, allowed=3e-6, preempted=0):
    return series(times, references, preempted).says(share, allowed)


def test_calls_within_the_budget_keep_it():
    assert says(STEADY) is Says.KEPT
    assert says([3 * US] * 1000) is Says.KEPT


def test_all_calls_late_break_it():
    assert says([4 * US] * 1000) is Says.BROKEN
    assert says([4 * US] * 1000, [9 * US] * 1000) is Says.BROKEN, "half of the calls are never late by chance"


@pytest.mark.parametrize(
    ("late", "share", "said"), [(10, 0.99, Says.KEPT), (11, 0.99, Says.BROKEN), (2, 0.999, Says.KEPT)]
)
def test_so_many_late_calls_break_it(late, share, said):
    assert says([2 * US] * (1000 - late) + [50 * US] * late, share=share) is said


def test_late_references_are_the_machine():
    late = [2 * US] * 950 + [50 * US] * 50
    assert says(late) is Says.BROKEN
    assert says(late, late) is Says.NOTHING
    assert says(late, [2 * US] * 950 + [5 * US] * 50) is Says.BROKEN, "far less late than the calls"


def test_as_many_late_calls_as_there_were_others_in_their_place_are_the_machine():
    late = [2 * US] * 985 + [50 * US] * 15
    assert says(late) is Says.BROKEN
    assert says(late, preempted=4) is Says.BROKEN
    assert says(late, preempted=6) is Says.NOTHING


def test_few_calls_say_nothing_of_a_share():
    assert says([9 * US] * 2 + [1 * US] * 3, [US] * 5, share=0.99, allowed=3e-6) is Says.NOTHING
    assert says([1 * US] * 5, [US] * 5, share=0.99, allowed=3e-6) is Says.KEPT
    assert says([9 * US] * 3, [US] * 3, share=0.99, allowed=3e-6) is Says.BROKEN


def test_a_machine_that_takes_much_of_the_time_is_strained():
    assert not series(STEADY).is_strained
    assert series(STEADY, [2 * US] * 900 + [20 * US] * 100).is_strained


def test_quantiles_are_of_those_that_were_seen():
    values = range(1, 101)
    assert [quantile(values, share) for share in (0.5, 0.99, 0.999)] == [50, 99, 100]
    assert quantile((), 0.5) == 0
    assert quantile((7,), 0.01) == 7
