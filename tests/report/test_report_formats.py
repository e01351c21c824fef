from __future__ import annotations

import json

import jsonschema
import pytest
from report_scenes import NO_BUILD, NO_CARGO, NO_TSAN, failed, item, not_run, passed

from abidance import __version__
from abidance.core.catalogue import NOT_JUDGED
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.core.events import RunInterrupted, RunStopped
from abidance.core.outcome import Outcome
from abidance.report import REPORTERS, opener
from abidance.report.json_document import schema

pytestmark = pytest.mark.unit


@pytest.fixture
def document(report):
    """Return the document for events, after holding it against its schema."""

    def read(*events):
        made = json.loads(report(*events, to="json"))
        jsonschema.validate(made, json.loads(schema()), jsonschema.Draft7Validator)
        return made

    return read


def everything(project):
    """One run with all that a document can hold."""
    skipped = Diagnostic(NOT_JUDGED, "no handles here")
    return (
        project.started(),
        project.finished(
            failed(project.memory_error("release", "the guard page", lines=False)),
            failed(project.memory_error("asan+ubsan", "AddressSanitizer", lines=True)),
            passed("c", "release", functions=("rg_batch",)),
            not_run("rust", "release", NO_CARGO)[:1],
            (item("", "", phase="header"), item("c", "t", outcome=Outcome.SKIPPED, reasons=(skipped,))),
            not_judged=(NO_TSAN,),
        ),
        RunStopped(str(project.contract.with_name("other.contract.yaml")), (project.unknown_name(),), 2),
    )


def test_a_document_with_everything(project, report, golden, document):
    events = everything(project)
    assert document(*events)["outcome"] == "failed"
    text = report(*events, to="json").replace(f'"abidance": "{__version__}"', '"abidance": "VERSION"')
    golden("everything.json", text)


def test_the_schema_is_a_draft_7_schema():
    jsonschema.Draft7Validator.check_schema(json.loads(schema()))


def test_a_finding_is_there_once_with_its_builds(project, document):
    (finding,) = document(*everything(project))["findings"]
    assert finding["builds"] == ["release", "asan+ubsan"]
    assert finding["build"] == "release"
    assert finding["seen_by"] == ["the guard page", "AddressSanitizer"]
    assert finding["replay"] == "abidance replay 02be55"
    assert [place["path"] for place in finding["locations"]] == ["request_guard.contract.yaml", "src/guard.c"]
    assert [place["primary"] for place in finding["locations"]] == [True, False]


@pytest.mark.parametrize(
    ("groups", "outcome", "code"),
    [
        ((passed("c", "release"),), "passed", 0),
        ((passed("c", "release"), not_run("rust", "release", NO_CARGO)), "errored", 3),
        ((not_run("rust", "release", NO_BUILD, Outcome.ERRORED),), "errored", 3),
        ((not_run("c", "tsan", Diagnostic(NOT_JUDGED, "no handles")),), "skipped", 5),
        ((), "skipped", 5),
    ],
)
def test_the_outcome_of_a_run(project, document, groups, outcome, code):
    made = document(project.started(), project.finished(*groups))
    assert (made["outcome"], made["exit_code"]) == (outcome, code)


def test_an_interruption_is_in_the_document(project, document):
    made = document(project.started(), *passed("c", "release"), RunInterrupted())
    assert made["interrupted"]
    assert made["runs"][0]["interrupted"]
    assert made["exit_code"] == 3
    assert len(made["items"]) == 6


def test_a_run_that_never_ended_is_interrupted(project, document):
    assert document(project.started(), *passed("c", "release"))["exit_code"] == 3


def test_facts_of_several_runs_are_with_each_run(project, document):
    run = (project.started(), project.finished(passed("c", "release")))
    other = tuple(type(event)(**_fields(event) | {"boundary": "other"}) for event in run)
    made = document(*run, *other)
    assert made["boundary"] is None
    assert made["seed"] == 8241
    assert [each["boundary"] for each in made["runs"]] == ["request_guard", "other"]
    assert {each["boundary"] for each in made["items"]} == {"request_guard", "other"}


def test_concise_lines(project, report, golden):
    golden("concise.txt", report(*everything(project), RunInterrupted(), to="concise"))


def test_concise_says_nothing_of_what_holds(project, report):
    assert report(project.started(), project.finished(passed("c", "release")), to="concise") == ""


def test_every_reporter_is_found_by_name():
    assert all(opener(name) for name in REPORTERS)


def test_an_unknown_format_names_the_nearest():
    with pytest.raises(UsageError, match="there is no format `jsno`") as raised:
        opener("jsno")
    assert raised.value.diagnostics[0].help == "did you mean `json`?"


def _fields(event):
    return {name: getattr(event, name) for name in event.__dataclass_fields__}
