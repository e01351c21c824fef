"""What calls among other threads say of a budget: what a busy machine does to them is never the library's fault."""

from __future__ import annotations

import pytest

from abidance.run.cost.contention import FORGIVEN, Among, are_undisturbed, have_met, overall
from abidance.run.cost.timing import Says

pytestmark = pytest.mark.unit
MICROSECOND = 1_000_000
QUICK, SLOW = MICROSECOND // 10, 40 * MICROSECOND


def among(quick, slow, preempted=0, apart=0):
    return Among((QUICK,) * quick + (SLOW,) * slow, slow, quick + slow + apart, preempted)


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


def test_calls_that_did_not_run_at_the_same_time_keep_no_budget():
    assert says(among(99, 0, apart=900)) is Says.NOTHING
    assert among(99, 0, apart=900).passed_by
    assert not among(99, 0).passed_by
    assert says(among(100, 0, apart=900)) is Says.KEPT
    assert says(Among.of_all([among(60, 0, apart=900) for _ in range(2)])) is Says.KEPT


def test_of_calls_that_rarely_meet_few_may_be_those_that_the_machine_held_up():
    assert says(among(200, 9, apart=49_000)) is Says.NOTHING
    assert says(among(200, 11, apart=49_000)) is Says.BROKEN
    assert says(among(200, 9, apart=900)) is Says.BROKEN


QUEUE, FREE = among(500, 500), among(1000, 0)


@pytest.mark.parametrize(
    ("series", "share", "verdict"),
    [
        ([FREE] * 3, 0.99, Says.KEPT),
        ([QUEUE] * 3, 0.99, Says.BROKEN),
        ([QUEUE] * 3 + [FREE] * 9, 0.99, Says.BROKEN),
        ([QUEUE] * 2 + [FREE] * 10, 0.99, Says.NOTHING),
        ([among(300, 700)] * 3 + [FREE] * 9, 0.5, Says.KEPT),
        ([among(300, 700)] * 6 + [FREE] * 6, 0.5, Says.NOTHING),
        ([among(0, 0)] * 3, 0.99, Says.NOTHING),
    ],
)
def test_series_that_disagree_are_judged_by_their_calls_together(series, share, verdict):
    said = [says(each, share) for each in series]
    assert overall(series, said, share, 1e-6) is verdict


def stream(begin, end, preempted=0, met=60):
    return (1000, end - begin, begin, end, met, preempted)


def test_streams_have_met_when_one_in_five_hundred_that_were_looked_at_did():
    assert have_met((stream(0, 4000, met=1), stream(0, 4000, met=0)))
    assert not have_met((stream(0, 4000, met=0), stream(0, 4000, met=0)))
    assert not have_met(((32_000, 4000, 0, 4000, 3, 0), stream(0, 4000)))
    assert have_met(((32_000, 4000, 0, 4000, 4, 0), stream(0, 4000)))


def test_streams_tell_nothing_of_threads_that_did_not_run_together():
    assert are_undisturbed((stream(0, 4000), stream(100, 4100)))
    assert not are_undisturbed((stream(0, 4000), stream(2000, 6000)))
    assert not are_undisturbed((stream(0, 4000), stream(0, 9000)))
    assert not are_undisturbed((stream(0, 4000), stream(0, 4000, preempted=1)))
