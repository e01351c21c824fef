"""What series of timed calls say: late calls are told from a late machine."""

from __future__ import annotations

import pytest

from abidance.core.costs import BudgetVerdict
from abidance.run.cost.interval import interval_of_median, interval_of_share
from abidance.run.cost.machine_load import MachineLoad
from abidance.run.cost.timing import Interval, Says, Series, is_late_by_itself, quantile

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


def runs_of(*medians, spread=5, calls=400):
    """Return runs of calls around so many picoseconds each, one in a hundred of them twice as long."""
    return [
        [median + (call * 37) % (2 * spread) - spread if call % 90 else 2 * median for call in range(calls)]
        for median in medians
    ]


def test_an_interval_is_as_wide_as_the_runs_differ():
    alike, apart = [200_000] * 12, [150_000 + 10_000 * run for run in range(12)]
    low, high = interval_of_share(runs_of(*alike), 0.5)
    assert high - low < 2_000
    low, high = interval_of_share(runs_of(*apart), 0.5)
    assert low < 190_000
    assert high > 220_000
    assert interval_of_share(runs_of(*alike), 0.999)[1] == pytest.approx(400_000, rel=0.001)
    assert interval_of_share(runs_of(*apart), 0.5) == (low, high), "the same runs have the same interval"


def test_the_interval_of_a_median_has_most_of_the_runs():
    low, high = interval_of_median([1.0, 1.1, 1.2, 1.05, 1.15, 9.0, 1.1, 1.0, 1.2, 1.1, 1.05, 1.1])
    assert 1.0 <= low <= 1.1 <= high < 1.3
    assert interval_of_median([2.0] * 12) == (2.0, 2.0)


@pytest.mark.parametrize(
    ("interval", "busy", "verdict"),
    [
        ((200, 190, 210), False, BudgetVerdict.KEPT),
        ((200, 190, 250), False, BudgetVerdict.KEPT),
        ((240, 230, 260), False, BudgetVerdict.UNDECIDED),
        ((280, 260, 300), False, BudgetVerdict.BROKEN),
        ((280, 260, 300), True, BudgetVerdict.UNDECIDED),
        ((700, 660, 800), True, BudgetVerdict.BROKEN),
        ((200, 190, 210), True, BudgetVerdict.KEPT),
    ],
)
def test_what_an_interval_says_of_a_budget_of_250(interval, busy, verdict):
    assert Interval(*interval).verdict(250, busy=busy) is verdict


def test_runs_together_are_late_by_themselves_or_because_of_the_machine():
    calm = [Series(tuple([2 * US] * 1000), tuple(STEADY)) for _ in range(11)]
    tail = tuple([2 * US] * 700 + [50 * US] * 300)
    assert is_late_by_itself([*calm, Series(tail, tuple(STEADY))], 0.99, 3 * US)
    assert not is_late_by_itself([*calm, Series(tail, tuple(STEADY), preempted=200)], 0.99, 3 * US)
    assert not is_late_by_itself([*calm, Series(tail, tail)], 0.99, 3 * US)


def test_a_machine_with_others_on_it_is_busy():
    assert not MachineLoad().is_busy
    assert not MachineLoad(looks=10, others=4, _processors=2).is_busy
    assert MachineLoad(looks=10, others=6, _processors=2).is_busy
