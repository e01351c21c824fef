"""A run that is cut short keeps what it found, names what it did not come to, and takes none of that for passed."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest

from abidance.cli.main import main
from abidance.core.catalogue import UNSATISFIABLE
from abidance.core.codes import Code, Severity
from abidance.core.diagnostic import Diagnostic, Finding
from abidance.core.events import Beyond, ItemFinished, ItemId, ItemStarted, RunFinished
from abidance.core.outcome import Outcome
from abidance.core.span import Span
from abidance.run.engine.engine import run_contracts
from abidance.run.engine.items import Item
from abidance.run.engine.limits import RunLimits, left_over, never_begun, was_begun
from abidance.run.engine.session import Session
from abidance.run.engine.suppressed_items import searched
from abidance.run.inputs.deadline import Deadline
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings

ERROR, WARNING = (
    Code("ABD321", "postcondition-broken"),
    Code("ABD322", "wary", severity=Severity.WARNING),
)
HEADER = "int wrong(int x);\nint wrong_too(int x);\nint sound(int x);\nint slow(int x);\n"
SOURCE = """\
#include <unistd.h>
#include "subject.h"
int wrong(int x) { return x == 3 ? 4 : x; }
int wrong_too(int x) { return x == 5 ? 4 : x; }
int sound(int x) { return x; }
int slow(int x) { usleep(20000); return x; }
"""
PROMISE = "{params: {x: {range: [0, 9]}}, ensures: [result == x]}"


@pytest.fixture
def run(written, capsys):
    """Return what runs a contract of some functions and returns the exit status and the JSON document."""

    def call(*words, functions=("wrong", "wrong_too", "sound")):
        promises = "".join(f"  {name}: {PROMISE}\n" for name in functions)
        written(
            "subject",
            HEADER,
            SOURCE,
            "abidance: 1\nboundary: subject\nheader: subject.h\n"
            f"libraries: {{c: {{path: libsubject.so}}}}\nfunctions:\n{promises}",
        )
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", "libsubject.so", "subject.c"], check=True)
        quick = ("--seed=1", "--max-examples=10", "--format=json")
        code = main(["run", "subject.contract.yaml", *quick, *words])
        return code, json.loads(capsys.readouterr().out)

    return call


def outcomes(document):
    return {(item["function"], item["phase"]): item["outcome"] for item in document["items"]}


def reasons(document):
    return {reason["code"] for item in document["items"] for reason in item["reasons"]}


@pytest.mark.parametrize("jobs", [(), pytest.param(("-j2",), marks=pytest.mark.full)])
def test_a_run_ends_at_its_first_finding_and_names_the_items_that_it_did_not_reach(run, jobs):
    code, document = run("-x", *jobs)
    assert code == document["exit_code"] == 1
    assert [finding["code"] for finding in document["findings"]] == ["ABD321"]
    ended = outcomes(document)
    assert len(ended) == 7
    assert sum(outcome == "failed" for outcome in ended.values()) == 1
    assert reasons(document) == {"ABD026"}
    left = next(item["reasons"][0] for item in document["items"] if item["reasons"])
    assert left["message"].startswith("the run ended at its first finding: ")
    if not jobs:
        assert left["message"].endswith(": 2 of 7 items were not reached")
        assert left["notes"] == ["not reached in c prebuilt: `wrong_too`, `sound`"]
        assert [(each["function"], each["cases"]) for each in document["effort"]][1:] == [
            ("wrong_too", 0),
            ("sound", 0),
        ]


@pytest.mark.slow
def test_what_lies_behind_enough_findings_is_reached(run):
    code, document = run("--max-failures=3")
    assert code == 1
    assert "errored" not in outcomes(document).values()


@pytest.mark.parametrize("jobs", [(), pytest.param(("-j2",), marks=pytest.mark.full)])
def test_without_time_nothing_is_judged_and_nothing_passes(run, jobs):
    code, document = run("--max-time=0.0001s", *jobs)
    assert code == 3
    assert set(outcomes(document).values()) == {"errored"}
    assert reasons(document) == {"ABD026"}


@pytest.mark.parametrize("jobs", [(), pytest.param(("-j2",), marks=pytest.mark.full)])
def test_a_search_ends_soon_after_its_time_and_has_not_passed(run, jobs):
    started = time.monotonic()
    code, document = run("--max-time=2s", "--max-examples=100000", *jobs, functions=("sound", "slow"))
    assert time.monotonic() - started < 20  # the calls that were asked for take half an hour
    assert code == 3
    ended = outcomes(document)
    assert ended["sound", "header"] == "passed"
    assert ended["slow", "properties"] == "errored"
    assert reasons(document) <= {"ABD025", "ABD026"}


@pytest.mark.slow
def test_in_a_run_that_ends_exploring_comes_last(run, tmp_path):
    run("-x")  # writes the contract
    told = []
    settings = Settings(tmp_path, seed=1, max_examples=10, explore=0.1, deadline=Deadline.after(600))
    run_contracts([Path("subject.contract.yaml").resolve()], Selection(), settings, told.append)

    begun = [event.item.phase for event in told if isinstance(event, ItemStarted)]
    assert begun.count("explore") == 3
    assert begun[-3:] == ["explore"] * 3
    (finished,) = (event for event in told if isinstance(event, RunFinished))
    assert [item.item.phase for item in finished.items[-3:]] != [
        "explore"
    ] * 3  # it is told function by function


@pytest.mark.unit
def test_a_cause_that_several_items_meet_counts_once_and_a_warning_not_at_all():
    limits = RunLimits(max_failures=2)
    for phase, code, place in (
        ("examples", ERROR, "a"),
        ("properties", ERROR, "a"),
        ("properties", WARNING, "b"),
    ):
        limits.note(found(phase, code, place))
    assert not limits.is_over
    assert limits.reached == ""
    limits.note(found("properties", ERROR, "c"))
    assert limits.reached == "the run ended at its 2 findings"


@pytest.mark.unit
def test_time_that_is_up_is_said_in_the_words_of_the_user():
    assert RunLimits(Deadline.after(-1)).reached == "the -1 s of `--max-time` were up"
    assert RunLimits(Deadline(0.0, 600, "--abidance-max-time")).reached == (
        "the 10 min of `--abidance-max-time` were up"
    )
    assert RunLimits(Deadline.after(100)).reached == ""


@pytest.mark.unit
def test_what_is_left_is_named_by_library_with_the_phases_of_what_was_begun(tmp_path):
    items = [
        ItemId("b", function, phase, library, "release")
        for library in ("c", "rust")
        for function in ("f", "g")
        for phase in ("examples", "properties")
    ]
    line = Span.at(tmp_path / "x.yaml", 1)
    (first, *_) = told = [*left_over(items, dict.fromkeys(items[1:], line), "the time was up")]
    assert len(told) == 7
    assert {each.outcome for each in told} == {Outcome.ERRORED}
    assert not any(map(was_begun, [*told, never_begun(Item(items[0], line), "the time was up")]))
    (reason,) = first.reasons
    assert reason.message == "the time was up: 7 of 8 items were not reached"
    assert reason.notes == (
        "not reached in c release: `f` (properties), `g`",
        "not reached in rust release: `f`, `g`",
    )
    assert [*left_over(items, {}, "")] == []


@pytest.mark.unit
def test_a_search_without_time_says_nothing_about_the_contract(tmp_path):
    deadline = Deadline.after(-1)
    item = ItemFinished(
        ItemId("b", "f", "properties", "c", "release"),
        Outcome.ERRORED,
        reasons=(Diagnostic(UNSATISFIABLE, "only 0 of 1 calls generated for `f` meet its preconditions"),),
        beyond=Beyond(stopped=deadline.words),
    )
    ended = searched(item, deadline)
    assert [reason.code.id for reason in ended.reasons] == ["ABD025"]
    assert searched(item) is item


def found(phase, code, place):
    finding = Finding(
        Diagnostic(code, "x", place=place), function="f", phase=phase, library="c", builds=("release",)
    )
    return ItemFinished(ItemId("b", "f", phase, "c", "release"), Outcome.FAILED, findings=(finding,))


@pytest.mark.slow
def test_what_breaks_in_one_item_takes_no_other_with_it(run, tmp_path, monkeypatch):
    judged = Session._judged

    def breaks(session, contract, item, listener):
        if item.id.function == "wrong" and item.id.phase == "properties":
            raise KeyError("a mistake of ours")
        return judged(session, contract, item, listener)

    monkeypatch.setattr(Session, "_judged", breaks)
    code, document = run("--phase=properties", "--jobs=1")

    assert code == 1  # what is wrong with the other is found
    ended = {function: outcome for (function, _), outcome in outcomes(document).items()}
    assert ended == {"wrong": "errored", "wrong_too": "failed", "sound": "passed"}
    (reason,) = [reason for item in document["items"] for reason in item["reasons"]]
    assert (reason["code"], "a mistake of ours" in reason["message"]) == ("ABD016", True)
    assert "KeyError" in (tmp_path / ".abidance" / "internal-error.txt").read_text()
