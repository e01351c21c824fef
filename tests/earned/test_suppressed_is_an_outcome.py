"""What the contract makes an exception of is no pass: every report counts it as suppressed."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from abidance.cli.main import main

pytestmark = pytest.mark.full

HEADER = "int q_half(int n);\nint q_twice(int n);\n"
SOURCE = '#include "q.h"\nint q_half(int n) { return n / 2; }\nint q_twice(int n) { return 2 * n + 1; }\n'
CONTRACT = """\
abidance: 1
boundary: q
header: q.h
prefix: q_
libraries:
  c: {command: [gcc, -shared, -fPIC, -g, q.c, -o, libq.so], artifact: libq.so}
builds: [release]
functions:
  q_half:
    params: {n: {range: [0, 100]}}
    ensures: [result <= n]
  q_twice:
    params: {n: {range: [0, 100]}}
    ensures: [result == 2 * n]
suppressions:
  - {code: postcondition-broken, subject: q_twice, reason: "one more, as ever"}
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in {"q.h": HEADER, "q.c": SOURCE, "q.contract.yaml": CONTRACT}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.full
def test_an_item_of_which_all_is_suppressed_has_not_passed(project, capsys):
    formats = [f"--format={name}=r.{name}" for name in ("json", "junit", "concise", "markdown")]
    assert main(["run", "q.contract.yaml", *formats]) == 0
    said = capsys.readouterr().out
    assert "the contract holds, but for what is suppressed" in said
    assert "1 suppressed" in said
    items = json.loads((project / "r.json").read_text())["items"]
    assert {(each["function"], each["outcome"]) for each in items if each["phase"] == "properties"} == {
        ("q_half", "passed"),
        ("q_twice", "suppressed"),
    }
    document = ET.parse(project / "r.junit")  # noqa: S314 - ours
    (case,) = document.getroot().findall(".//testcase/skipped/..")
    assert case.get("name") == "q_twice::properties[c-release]"
    assert "one more, as ever" in case.find("skipped").get("message")
    assert "note: suppressed: error[ABD321]" in (project / "r.concise").read_text()
    assert "1 suppressed" in (project / "r.markdown").read_text()


def test_pytest_expects_the_failure(project, pytester):
    for each in project.glob("q.*"):
        (Path(pytester.path) / each.name).write_bytes(each.read_bytes())
    result = pytester.runpytest_subprocess("q.contract.yaml", "-p", "no:cacheprovider", "-rx")
    result.assert_outcomes(passed=4, xfailed=1)
    result.stdout.fnmatch_lines(["XFAIL *q_twice*properties*ABD321: one more, as ever"])
