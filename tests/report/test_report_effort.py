from __future__ import annotations

from types import SimpleNamespace

import pytest
from report_scenes import item, passed

from abidance.core.events import ItemId, RunStarted
from abidance.pytest_plugin.effort import effort_lines
from abidance.report import remaining
from abidance.report.effort import efforts
from abidance.report.remaining import Remaining

pytestmark = pytest.mark.unit


@pytest.fixture
def clock(monkeypatch):
    """Return what sets the time."""
    now = SimpleNamespace(monotonic=lambda: now.at, at=100.0)
    monkeypatch.setattr(remaining, "time", now)

    def go_on(seconds):
        now.at += seconds

    return go_on


def started(count, ends_at=None, phases=("properties",)):
    ids = [
        ItemId("request_guard", f"f{number}", phase, "c", "release")
        for phase in phases
        for number in range(count)
    ]
    return RunStarted("request_guard", "x", count, ("c",), ("release",), 1, tuple(ids), ends_at)


def ended(number, seconds=1.0, phase="properties"):
    return item("c", "release", function=f"f{number}", phase=phase, seconds=seconds)


def test_nothing_is_estimated_from_nothing(clock):
    assert Remaining().words == ""
    left = Remaining.of(started(10))
    assert left.words == "0 of 10"
    clock(1)
    left.note(ended(0))
    assert left.words == "1 of 10"


def test_items_take_as_long_as_those_of_their_phase_did(clock):
    left = Remaining.of(started(5, phases=("examples", "properties")))
    for number in range(5):
        clock(1)
        left.note(ended(number, 1.0, "examples"))
    clock(3)
    left.note(ended(0, 3.0))
    assert left.words == "6 of 10, about 0:12 left"


def test_items_at_the_same_time_and_what_is_waited_for_are_in_the_estimate(clock):
    left = Remaining.of(started(8))
    clock(2)  # four items of one second each, in two processes
    for number in range(4):
        left.note(ended(number))
    assert left.words == "4 of 8, about 0:02 left"
    clock(1)
    assert left.words == "4 of 8, about 0:01 left"
    clock(5)
    assert left.words == "4 of 8"


def test_a_run_never_takes_longer_than_it_may(clock):
    left = Remaining.of(started(100, ends_at=110.0))
    assert left.words == "0 of 100, at most 0:10 left"
    clock(3)
    for number in range(3):
        left.note(ended(number))
    assert left.words == "3 of 100, at most 0:07 left"


def test_what_a_phase_did_not_do_says_nothing_about_others_of_it(clock):
    left = Remaining.of(started(5))
    for number in range(4):
        clock(1)
        left.note(item("c", "release", function=f"f{number}", outcome="errored", seconds=0.0))
    assert left.words == "4 of 5"


def test_effort_is_that_of_all_builds_and_phases_of_a_function():
    told = efforts((*passed("c", "release"), *passed("c", "asan"), *passed("rust", "release")))
    assert [(each.function, each.library, each.cases, each.calls) for each in told] == [
        ("rg_admit", "c", 400, 4160),
        ("rg_batch", "c", 400, 4160),
        ("rg_guard_new", "c", 400, 4160),
        ("rg_admit", "rust", 200, 2080),
        ("rg_batch", "rust", 200, 2080),
        ("rg_guard_new", "rust", 200, 2080),
    ]


def test_pytest_shows_the_cases_of_each_function():
    def report(function, cases, when="call", **more):
        properties = {"abidance_boundary": "b", "abidance_function": function, "abidance_cases": cases}
        return SimpleNamespace(when=when, abidance_properties=list((properties | more).items()))

    on_c = {"abidance_library": "c"}
    told = effort_lines(
        [
            report("twice", 0),
            report("b", 0, **on_c),
            report("twice", 1_100, **on_c),
            report("f", 3, **on_c),
            report("twice", 100, **on_c),
            report("twice", 100, when="teardown", **on_c),
        ]
    )
    assert told == ("abidance: twice  1,200 cases", "abidance: f      3 cases")


def test_what_was_explored_once_for_all_builds_is_counted_once():
    explored = {"abidance_executions": 100_000, "abidance_edges": 27}

    def report(build, library="c", **more):
        properties = {"abidance_boundary": "b", "abidance_function": "f", "abidance_cases": 1}
        properties |= {"abidance_library": library, "abidance_build": build}
        return SimpleNamespace(when="call", abidance_properties=list((properties | more).items()))

    reports = [report("release"), report("release", **explored), report("asan", **explored)]
    assert effort_lines(reports) == ("abidance: f  3 cases, explored 100,000 times, 27 edges",)
    assert effort_lines([*reports, report("release", "rust")])[1] == "abidance: f  1 case in rust"
