"""How figures went from revision to revision, and which costs changed for certain."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import tinyhtml5
from tinyhtml5.parser import HTMLParser

from abidance.cli.main import main
from abidance.core.catalogue import NOT_MEASURED
from abidance.core.costs import CostKind, MeasuredCost, Quantile
from abidance.core.coverage_event import Covered, CoveredFile, CoveredLibrary
from abidance.core.diagnostic import Diagnostic, Finding
from abidance.core.events import Explored, ItemFinished, ItemId
from abidance.core.outcome import Outcome
from abidance.history import recorder_of
from abidance.history.cost_changes import cost_changes
from abidance.history.origin import Origin
from abidance.report.text.sparkline import sparkline

pytestmark = pytest.mark.unit
NANO = 1000.0


def timed(middle, wide=2.0, **more):
    time = Quantile(0.99, middle * NANO, (middle - wide) * NANO, (middle + wide) * NANO)
    return MeasuredCost("f", "c", "release", CostKind.TIME, (time,), 1000, 8, 0.95, **more)


def counted(value, kind=CostKind.INSTRUCTIONS):
    return MeasuredCost("f", "c", "release", kind, (Quantile(1, value),))


def item(*costs, function="f", library="c", cases=10, findings=(), edges=0):
    return ItemFinished(
        ItemId("b", function, "properties", library, "release"),
        Outcome.FAILED if findings else Outcome.PASSED,
        cases=cases,
        findings=tuple(findings),
        costs=costs,
        explored=Explored(100, edges, 1.0, 1) if edges else None,
    )


def finding(place):
    return Finding(Diagnostic(NOT_MEASURED, "m", place=place), "f", "properties", "c", ("release",))


class TestCosts:
    def changes(self, old, new, *, one_machine=True):
        return [each.words for each in cost_changes([item(old)], [item(new)], one_machine=one_machine)]

    def test_intervals_that_are_apart_are_a_change(self):
        assert self.changes(timed(212), timed(340)) == ["time p99 212 ns to 340 ns"]

    def test_those_that_overlap_are_none(self):
        assert self.changes(timed(212, wide=20), timed(240, wide=20)) == []

    def test_times_of_two_machines_are_not_compared(self):
        assert self.changes(timed(212), timed(340), one_machine=False) == []

    def test_counts_are(self):
        assert self.changes(counted(100), counted(120), one_machine=False) == [
            "instructions 100 instructions to 120 instructions"
        ]

    def test_a_time_without_an_interval_tells_of_no_change(self):
        bare = replace(timed(900), quantiles=(Quantile(0.99, 900 * NANO),))

        assert self.changes(timed(212), bare) == []

    def test_the_same_call_with_another_input_is_another_figure(self):
        assert self.changes(timed(212, over="n", size=8), timed(340, over="n", size=64)) == []

    @pytest.mark.parametrize(
        ("kind", "old", "new", "worse"),
        [(CostKind.RATE, 100, 50, True), (CostKind.RATE, 50, 100, False), (CostKind.CODE, 50, 100, True)],
    )
    def test_more_calls_a_second_are_better_and_more_of_all_else_is_worse(self, kind, old, new, worse):
        def cost(value):
            return replace(counted(value, kind), quantiles=(Quantile(1, value, value, value),))

        (change,) = cost_changes([item(cost(old))], [item(cost(new))], one_machine=True)

        assert change.is_worse is worse


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return what keeps a run of the next revision."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ABIDANCE_HISTORY", "50")
    count = 0

    def run(*items, machine="m", revision=None):
        nonlocal count
        count += 1
        here = Origin(revision or f"{count:040x}", changed=False, machine=machine)
        monkeypatch.setattr("abidance.history.recorder.origin", lambda _: here)
        recorder = recorder_of(tmp_path, "run", None)
        for each in items:
            recorder.item(str(tmp_path / "b.contract.yaml"), each)
        recorder.close(0)

    return run


def lines(capsys, *options):
    assert main(["compare", "--trend", "--format", "json", *options]) == 0
    (trend,) = json.loads(capsys.readouterr().out)
    return {(each["function"], each["library"], each["name"]): each["values"] for each in trend["lines"]}


def test_each_figure_is_told_at_each_revision(project, capsys):
    project(item(timed(200), counted(100), edges=7))
    project(item(timed(210), counted(100), cases=12, edges=9, findings=[finding("a"), finding("b")]))

    found = lines(capsys)

    assert found["f", "c", "findings"] == [0, 2]
    assert found["f", "c", "cases"] == [10, 12]
    assert found["f", "c", "edges"] == [7, 9]
    assert found["f", "c", "time p99"] == [200 * NANO, 210 * NANO]
    assert found["f", "c", "instructions"] == [100, 100]


def test_what_a_run_did_not_have_is_a_gap_and_not_zero(project, capsys):
    project(item(), item(function="g"))
    project(item())

    assert lines(capsys)["g", "c", "cases"] == [10, None]


def test_the_last_run_of_a_revision_counts(project, capsys):
    project(item(cases=1), revision="a" * 40)
    project(item(cases=2), revision="a" * 40)

    assert lines(capsys)["f", "c", "cases"] == [2]


def test_times_of_another_machine_are_left_out(project, capsys):
    project(item(timed(100), counted(90)), machine="other")
    project(item(timed(200), counted(100)))

    found = lines(capsys)

    assert found["f", "c", "time p99"] == [None, 200 * NANO]
    assert found["f", "c", "instructions"] == [90, 100]
    assert main(["compare", "--trend"]) == 0
    assert "times of 1 revision are left out" in capsys.readouterr().out


def test_a_terminal_shows_what_moved(project, capsys):
    for cases in (10, 20, 80):
        project(item(cases=cases))

    assert main(["compare", "--trend"]) == 0
    out = capsys.readouterr().out

    assert "f   c   cases   \u2581\u2582\u2588   10 to 80" in out
    assert "1 figure is the same at each revision: `-v` shows all" in out
    assert main(["compare", "--trend", "-v"]) == 0
    assert "findings" in capsys.readouterr().out


def test_it_goes_from_one_run_to_another(project, capsys):
    for cases in (10, 20, 80, 160):
        project(item(cases=cases))

    assert lines(capsys, "2", "3")["f", "c", "cases"] == [20, 80]
    assert lines(capsys, "-n", "2")["f", "c", "cases"] == [80, 160]
    assert lines(capsys, "--function", "g*") == {}


def test_a_page_draws_it(project, tmp_path):
    project(item(timed(200)), item(timed(100), function="<script>g"))
    project(item(timed(260)), item(timed(100), function="<script>g"))

    assert main(["compare", "--trend", "--html", "trend.html"]) == 0
    text = (tmp_path / "trend.html").read_text()

    parser = HTMLParser()
    parser.parse(text)
    assert parser.errors == []
    assert "<script" not in text
    pictures = [each for each in tinyhtml5.parse(text).iter() if each.tag.endswith("}svg")]
    assert [each.get("aria-label") for each in pictures] == ["time p99 of f"]


@pytest.mark.parametrize("arguments", [[], ["1", "--html", "x.html"], ["1", "-v"]])
def test_options_that_do_not_go_together_are_refused(project, arguments):
    project(item())

    assert main(["compare", *arguments]) == 2


def test_without_runs_there_is_no_trend(project):
    assert main(["compare", "--trend"]) == 5


def test_costs_are_told_where_two_runs_are_compared(project, capsys):
    project(item(timed(200)))
    project(item(timed(340)))

    assert main(["compare", "1", "2"]) == 0
    assert "f   c   time p99 200 ns to 340 ns" in capsys.readouterr().out


def test_so_is_what_calls_reached(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ABIDANCE_HISTORY", "50")
    monkeypatch.setattr(
        "abidance.history.recorder.origin", lambda _: Origin("a" * 40, changed=False, machine="m")
    )
    for reached in (9, 7):
        file = CoveredFile(tmp_path / "f.c", 10, reached, 0, 0, (), (), ())
        library = CoveredLibrary("c", (file,), 5, 0, counted=True, untold=())
        recorder = recorder_of(tmp_path, "coverage", None)
        recorder(Covered("b", str(tmp_path / "b.contract.yaml"), 1, (library,), ()))
        recorder.close(0)

    assert main(["compare", "1", "2"]) == 0
    assert "reached   c: 9 of 10 lines to 7 of 10 lines" in capsys.readouterr().out


def test_bars_go_from_the_lowest_to_the_highest():
    assert sparkline([1, None, 8]) == "\u2581 \u2588"
    assert sparkline([3, 3]) == "\u2581\u2581"
    assert sparkline([]) == ""
