"""What calls among other threads say of a budget: what a busy machine does to them is never the library's fault."""

from __future__ import annotations

import pytest

from abidance.run.cost.contention import FORGIVEN, Among, are_undisturbed
from abidance.run.cost.timing import Says

pytestmark = pytest.mark.unit
MICROSECOND = 1_000_000
QUICK, SLOW = MICROSECOND // 10, 40 * MICROSECOND


def among(quick, slow, preempted=0):
    return Among((QUICK,) * quick + (SLOW,) * slow, slow, preempted)


def says(series, share=0.99):
    return series.says(share, 1e-6)


def test_threads_that_put_each_other_to_sleep_break_a_budget():
    assert says(among(10, 190)) is Says.BROKEN
    assert says(among(10, 190), 0.5) is Says.BROKEN


def test_few_late_calls_are_within_a_share():
    assert says(among(990, 10)) is Says.KEPT
    assert says(among(989, 11)) is Says.BROKEN


def test_late_calls_of_a_thread_that_lost_its_processor_are_forgiven():
    assert says(among(980, 20, preempted=20 // FORGIVEN)) is Says.NOTHING
    assert says(among(10, 190, preempted=20 // FORGIVEN)) is Says.BROKEN


def test_few_calls_that_met_others_say_nothing():
    assert says(among(99, 0)) is Says.NOTHING
    assert (
        says(among(999, 0), 0.999) is Says.NOTHING
    )  # one of them may be late, and less than one is not to be told
    assert says(among(1000, 0), 0.999) is Says.KEPT


def test_what_few_calls_of_each_series_met_is_told_by_all_together():
    series = [among(0, 40, preempted=1) for _ in range(4)]

    assert {says(each) for each in series} == {Says.NOTHING}
    assert says(Among.of_all(series)) is Says.BROKEN
    assert says(Among.of_all([among(40, 0) for _ in range(4)])) is Says.KEPT
    assert says(Among.of_all([among(40, 2, preempted=1) for _ in range(4)])) is Says.NOTHING


def stream(begin, end, preempted=0):
    return (1000, end - begin, begin, end, preempted)


def test_streams_tell_nothing_of_threads_that_did_not_run_together():
    assert are_undisturbed((stream(0, 4000), stream(100, 4100)))
    assert not are_undisturbed((stream(0, 4000), stream(2000, 6000)))
    assert not are_undisturbed((stream(0, 4000), stream(0, 9000)))
    assert not are_undisturbed((stream(0, 4000), stream(0, 4000, preempted=1)))
