"""Calls that cost one library out of all proportion: found among those that are compared, and only if it is sure."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from abidance.plan.observation import Observation, Returned
from abidance.plan.plan import Plan
from abidance.run.execution.proportion import LOOKING, Proportion

MILLISECOND = 1_000_000
PLAN = Plan((), (), (), 0)


def observed(*nanoseconds):
    return Observation(tuple(Returned(True, nanoseconds=each) for each in nanoseconds))


class Worker:
    """Answers with what each further run of a plan takes, the last of them from then on."""

    def __init__(self, *taken):
        self.taken = list(taken)
        self.runs = 0

    def run(self, *_):
        self.runs += 1
        return observed(self.taken.pop(0) if len(self.taken) > 1 else self.taken[0])


def suspected(one, other):
    """Return what is measured, of a call that took 40 ms and 5 us when it was looked at first."""
    proportion = Proportion((one, other), ("c", "rust"), 1.0)
    both = proportion._measure(PLAN)
    assert both is not None
    return both


@pytest.mark.unit
def test_the_least_of_the_slow_and_what_is_usual_of_the_quick_are_compared():
    slow, quick = suspected(
        Worker(90 * MILLISECOND, 40 * MILLISECOND, 32 * MILLISECOND), Worker(5000, 5000, 9000, 5000)
    )

    assert slow.least == pytest.approx(32e-3)
    assert quick.usual == pytest.approx(5e-6)


@pytest.mark.unit
def test_what_the_first_call_of_a_process_costs_does_not_count():
    slow, quick = suspected(Worker(90 * MILLISECOND, 6000), Worker(5000))

    assert slow.usual == pytest.approx(6e-6)
    assert quick.least == pytest.approx(5e-6)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("one", "other", "looked"),
    [
        (40 * MILLISECOND, 5000, True),
        (5000, 40 * MILLISECOND, True),
        (40 * MILLISECOND, 2 * MILLISECOND, False),
        (MILLISECOND // 2, 100, False),
    ],
)
def test_few_calls_are_looked_at_more_closely(one, other, looked):
    workers = Worker(5000), Worker(5000)
    proportion = Proportion(workers, ("c", "rust"), 1.0)
    trial = SimpleNamespace(
        observation=observed(one),
        other=SimpleNamespace(observation=observed(other)),
        encoded=SimpleNamespace(plan=PLAN),
        is_sequence=False,
    )

    assert proportion(trial) == []
    assert proportion(trial) == [], "and only once"
    assert workers[0].runs == workers[1].runs == (6 if looked else 0)


@pytest.mark.unit
def test_no_more_time_is_spent_than_is_good():
    workers = Worker(5000), Worker(5000)
    proportion = Proportion(workers, ("c", "rust"), 1.0, spent=LOOKING + 1)
    trial = SimpleNamespace(
        observation=observed(40 * MILLISECOND),
        other=SimpleNamespace(observation=observed(5000)),
        encoded=SimpleNamespace(plan=PLAN),
    )

    assert proportion(trial) == []
    assert workers[0].runs == 0


@pytest.mark.unit
def test_work_that_is_put_off_is_none_that_is_saved():
    workers = Worker(5000), Worker(5000)
    trial = SimpleNamespace(
        observation=observed(40 * MILLISECOND, 5000, 5000),
        other=SimpleNamespace(observation=observed(5000, 5000, 38 * MILLISECOND)),
        encoded=SimpleNamespace(plan=PLAN),
    )

    assert Proportion(workers, ("c", "rust"), 1.0)(trial) == []
    assert workers[0].runs == 0
