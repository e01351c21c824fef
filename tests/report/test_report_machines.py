"""SARIF, JUnit, GitHub annotations and Markdown, of runs and of the gate, held to what their readers take."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import xmlschema
from report_scenes import NO_CARGO, failed, not_run, passed

from abidance.cli.outputs import Reports
from abidance.core.codes import Code, Severity
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.events import RunStopped
from abidance.core.gate import GateResult, JudgedChange
from abidance.core.span import Span
from abidance.report import REPORTERS
from abidance.report.gate_document import schema

pytestmark = pytest.mark.unit

HERE = Path(__file__).parent
MOVED = Code("ABD421", "record-field-offset-changed", Severity.ERROR, "A field moved.\n\nWhy.")
RISKY = Code("ABD425", "record-field-renamed", Severity.WARNING, "A field has another name.")
FINE = Code("ABD402", "function-added", Severity.NOTE, "A function is new.")
UNUSED = Code("ABD455", "suppression-unused", Severity.ERROR, "Unused.")


@pytest.fixture
def sarif():
    log_schema = json.loads((HERE / "sarif_for_code_scanning.schema.json").read_text())

    def read(text):
        document = json.loads(text)
        jsonschema.validate(document, log_schema, jsonschema.Draft7Validator)
        return document["runs"][0]

    return read


@pytest.fixture
def junit():
    schemas = [xmlschema.XMLSchema(HERE / name) for name in ("junit.xsd", "jenkins-junit-10.xsd")]

    def read(text):
        for each in schemas:
            each.validate(text)
        return ET.fromstring(text)  # noqa: S314 - written by ourselves

    return read


def events(project):
    return (
        project.started(),
        project.finished(
            failed(project.memory_error("release", "the guard page", lines=False)),
            passed("c", "release", functions=("rg_batch",)),
            not_run("rust", "release", NO_CARGO)[:1],
        ),
        RunStopped(str(project.contract.with_name("other.contract.yaml")), (project.unknown_name(),), 2),
    )


def change(code, path, verdict, subject="rg_request.size", **more):
    labels = (
        Label(Span.at(path, 12, 3, 8), "byte 8"),
        Label(Span.at(path.with_name("old.h"), 4), "was: byte 0"),
    )
    axes = {"binary": verdict, "source": "compatible", "contract": "compatible"}
    diagnostic = Diagnostic(
        code, f"field `{subject}` moved: 100% | <b>", labels, ("effect: bad\nworse",), "do not", subject
    )
    return JudgedChange(
        diagnostic, subject, "byte 0", "byte 8", verdict, axes, "bad", fails=verdict == "breaking", **more
    )


@pytest.fixture
def results(project):
    path = project.header
    changes = (
        change(MOVED, path, "breaking"),
        change(RISKY, path, "risky", "rg_request.name"),
        change(FINE, path, "compatible", "rg_new"),
        change(MOVED, path, "breaking", "rg_stats.reserved", suppressed="never read"),
    )
    finding = Diagnostic(UNUSED, "the suppression of `ABD499` suppresses nothing")
    return [
        GateResult(
            "guard",
            "base",
            str(project.contract),
            "breaking",
            "no-breaking",
            "major",
            changes,
            (finding,),
            ("header",),
            1,
        ),
        GateResult(
            "other",
            "base",
            "other.contract.yaml",
            "unknown",
            "no-breaking",
            "none",
            findings=(finding,),
            exit_code=3,
        ),
    ]


def test_sarif_of_a_run(project, report, sarif):
    run = sarif(report(*events(project), to="sarif"))
    levels = [(each["ruleId"], each["level"]) for each in run["results"]]
    assert levels == [("ABD312", "error"), ("ABD004", "error"), ("ABD104", "error")]
    first = run["results"][0]
    assert (
        first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "request_guard.contract.yaml"
    )
    assert run["invocations"][0]["exitCode"] == 1


def test_sarif_of_the_gate(results, sarif, report):
    run = sarif(report(*results, to="sarif"))
    assert [each["ruleId"] for each in run["results"]] == ["ABD421", "ABD425", "ABD421", "ABD455", "ABD455"]
    assert [bool(each.get("suppressions")) for each in run["results"]] == [False, False, True, False, False]
    assert run["results"][0]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "include/request_guard.h"},
        "region": {"startLine": 12, "startColumn": 3, "endLine": 12, "endColumn": 11},
    }


def test_fingerprints_do_not_depend_on_lines(results, sarif, report):
    def prints(found):
        return [each["partialFingerprints"] for each in sarif(report(*found, to="sarif"))["results"]]

    before = prints(results)
    moved = [
        GateResult(
            "guard",
            "base",
            "x.h",
            "breaking",
            "no-breaking",
            "major",
            (change(MOVED, Path("x.h"), "breaking"),),
            exit_code=1,
        )
    ]
    assert prints(moved)[0] == before[0]
    assert len({json.dumps(each) for each in before[:3]}) == 3


def test_junit_of_a_run(project, report, junit):
    root = junit(report(*events(project), to="junit"))
    suites = {suite.get("name"): suite for suite in root}
    guard = suites["request_guard"]
    assert guard.get("failures") == "1"
    assert int(guard.get("tests")) == len(guard)
    assert "read 1 byte past" in guard.find("testcase/failure").text
    assert suites["other.contract.yaml"].get("errors") == "1"


def test_junit_of_the_gate(results, junit, report):
    root = junit(report(*results, to="junit"))
    guard, other = root
    assert (guard.get("failures"), guard.get("errors"), guard.get("skipped")) == ("2", "0", "1")
    assert other.get("errors") == "1"


def test_junit_takes_any_text(results, junit, report):
    odd = Diagnostic(MOVED, "a \x00\x1b[31m\udc80 & <b>")
    found = GateResult("g\x01", "", "", "breaking", "no-breaking", "major", findings=(odd,), exit_code=1)
    assert junit(report(found, to="junit"))[0].get("failures") == "1"


def test_annotations_of_the_gate(results, report):
    lines = report(*results, to="github").splitlines()
    assert lines[0] == (
        "::error file=include/request_guard.h,line=12,col=3,endColumn=11,title=ABD421 record-field-offset-changed"
        "::field `rg_request.size` moved: 100%25 | <b>%0Ahere: byte 8%0Ainclude/old.h:4: was: byte 0"
        "%0Aeffect: bad%0Aworse%0Ahelp: do not"
    )
    kinds = ["::error", "::error", "::error", "::warning", "::notice", "guard:"]
    assert [line.split(" ")[0] for line in lines] == kinds
    assert "(suppressed)::" in lines[4]
    assert lines[4].endswith("%0Asuppressed: never read")


def test_annotations_say_how_many_are_not_shown(project, report):
    changes = tuple(change(MOVED, project.header, "breaking", f"s.f{number}") for number in range(14))
    found = GateResult("guard", "", "", "breaking", "no-breaking", "major", changes, exit_code=1)
    lines = report(found, to="github").splitlines()
    assert len([line for line in lines if line.startswith("::error")]) == 14
    assert "so 4 of these are not shown" in lines[0]  # of notices ten are shown as well


def test_annotations_of_a_run(project, report):
    lines = report(*events(project), to="github").splitlines()
    assert lines[0].startswith("::error file=request_guard.contract.yaml,line=22,")


def test_markdown_of_the_gate(results, report):
    text = report(*results, to="markdown")
    assert "| guard | **breaking** | 1 breaking, 1 risky, 1 compatible | no-breaking | major |" in text
    assert "<summary><b>error</b> ABD421 <code>record-field-offset-changed</code>" in text
    assert "&lt;b&gt;" in text
    assert "- suppressed: never read" in text
    assert text.count("<details") == text.count("</details>") == 5


def test_markdown_fits_into_a_comment(project, report):
    changes = tuple(change(MOVED, project.header, "breaking", f"s.field_{number}") for number in range(900))
    found = GateResult("guard", "", "", "breaking", "no-breaking", "major", changes, exit_code=1)
    text = report(found, to="markdown")
    assert len(text) < 65_536
    assert text.count("<details") == text.count("</details>")
    assert text.rstrip().endswith("more findings")


def test_markdown_of_a_run(project, report):
    assert "ABD312" in report(*events(project), to="markdown")


def test_json_of_the_gate(results, report):
    document = json.loads(report(*results, to="json"))
    jsonschema.validate(document, json.loads(schema()), jsonschema.Draft7Validator)
    assert (document["verdict"], document["exit_code"]) == ("breaking", 1)
    first = document["changes"][0]
    assert {name: first[name] for name in ("code", "name", "subject", "old", "new", "verdict")} == {
        "code": "ABD421",
        "name": "record-field-offset-changed",
        "subject": "rg_request.size",
        "old": "byte 0",
        "new": "byte 8",
        "verdict": "breaking",
    }
    assert first["locations"][0]["path"] == "include/request_guard.h"


@pytest.mark.parametrize("name", REPORTERS)
def test_nothing_at_all_is_written_too(name, report):
    assert isinstance(report(to=name), str)


def test_a_reporter_of_another_package_is_given_what_the_gate_finds(results, monkeypatch):
    """One kind of reporter serves `run` and `abi`, so that a format that is added works for both."""
    seen = []

    class Counting:
        def __call__(self, event):
            seen.append(event)

        def close(self):
            seen.append("closed")

    class Entry:
        name = "counting"

        def load(self):
            return lambda *_: Counting()

    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: [Entry()])
    reports = Reports(Namespace(format=["counting"], output=None, verbosity=0))
    with reports:
        for each in results:
            reports(each)

    assert seen == [*results, "closed"]
