"""Exceptions of a contract, as `run`, `check` and pytest meet them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
typedef struct q_pair { int a, b; } q_pair;
int q_half(int n);
int q_twice(int n);
int q_text(const q_pair *p, int n);
"""
SOURCE = """\
#include "q.h"
int q_half(int n) { return n / 2; }
int q_twice(int n) { return 2 * n + 1; }
int q_text(const q_pair *p, int n) { return n; }
"""
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
    examples: [{n: 3}]
"""
EXCEPT = '  - {code: postcondition-broken, subject: q_twice, reason: "one more, as ever"}\n'


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "q.h").write_text(HEADER)
    (tmp_path / "q.c").write_text(SOURCE)

    def run(*suppressions, command="run", options=(), contract=CONTRACT):
        listed = f"suppressions:\n{''.join(suppressions)}" if suppressions else ""
        (tmp_path / "q.contract.yaml").write_text(contract + listed)
        few = ["--max-examples", "10"] if command == "run" else []
        return main([command, "q.contract.yaml", *few, *options])

    return run


@pytest.mark.slow
def test_what_is_suppressed_is_shown_and_decides_nothing(project, capsys):
    assert project() == 1
    assert "error[ABD321]" in capsys.readouterr().out
    assert project(EXCEPT) == 0
    said = capsys.readouterr().out
    assert "suppressed: error[ABD321]" in said
    assert "one more, as ever" in said
    assert "1 finding suppressed" in said.lower()


@pytest.mark.full
def test_programs_are_told_as_well(project, tmp_path):
    formats = [f"--format={name}=r.{name}" for name in ("json", "sarif", "junit")]
    assert project(EXCEPT, options=formats) == 0
    document = json.loads((tmp_path / "r.json").read_text())
    assert (document["findings"], [each["reason"] for each in document["suppressed"]]) == (
        [],
        ["one more, as ever"],
    )
    results = json.loads((tmp_path / "r.sarif").read_text())["runs"][0]["results"]
    assert [each["suppressions"][0]["justification"] for each in results] == ["one more, as ever"]
    assert "<failure" not in (tmp_path / "r.junit").read_text()


@pytest.mark.slow
@pytest.mark.parametrize(
    "listed",
    [
        '  - {code: postcondition-broken, subject: q_half, reason: "another function"}\n',
        '  - {code: ABD321, subject: q_twice, reason: "over", expires: 2020-01-01}\n',
        full('  - {code: ABD312, subject: q_twice, reason: "another code"}\n'),
    ],
    ids=["subject", "day", "code"],
)
def test_what_does_not_fit_suppresses_nothing(project, capsys, listed):
    assert project(listed) == 1
    said = capsys.readouterr().out
    assert "error[ABD321]" in said
    assert ("suppression-expired" if "expires" in listed else "suppression-unused") in said


@pytest.mark.slow
def test_an_unused_one_is_a_finding_where_all_that_it_may_mean_was_run(project, capsys):
    unused = EXCEPT.replace("q_twice", "q_half")
    assert project(unused, options=["--function", "q_half"]) == 1
    assert "suppression-unused" in capsys.readouterr().out
    assert project(unused, options=["--function", "q_half", "--phase", "examples", "--phase", "header"]) == 0
    assert project(EXCEPT, options=["--function", "q_half"]) == 0


@pytest.mark.slow
def test_those_of_the_gate_are_none_of_a_runs_business(project):
    contract = CONTRACT.replace("result == 2 * n]", "result == 2 * n + 1]")
    assert project('  - {code: ABD424, reason: "agreed"}\n', contract=contract) == 0


@pytest.mark.full
def test_one_finding_hides_no_other(project, capsys):
    contract = CONTRACT.replace("[result <= n]", "[result < 0]")
    assert project(EXCEPT, contract=contract) == 1
    said = capsys.readouterr().out
    assert "`q_half`" in said
    assert "suppressed: error[ABD321]" in said


@pytest.mark.slow
def test_several_processes_agree(project, capsys):
    assert project(EXCEPT, options=["-j", "2"]) == 0
    assert "suppressed: error[ABD321]" in capsys.readouterr().out


def test_a_mismatch_that_check_finds_may_be_one(project, capsys):
    contract = CONTRACT + "  q_text:\n    params: {p: {in: q_pair}}\ntypes:\n  q_pair: {layout: {size: 12}}\n"
    assert project(command="check", contract=contract) == 1
    code = json.loads(_json(project, capsys, contract))["errors"][0]["code"]
    listed = f'  - {{code: {code}, subject: q_text, reason: "in the next release"}}\n'
    assert project(listed, command="check", contract=contract) == 0
    assert "in the next release" in capsys.readouterr().out


def _json(project, capsys, contract):
    capsys.readouterr()
    project(command="check", contract=contract, options=["--format", "json"])
    return capsys.readouterr().out


@pytest.mark.full  # tests/earned/test_suppressed_is_an_outcome.py has pytest expect the failure
def test_pytest_passes_and_says_why(project, tmp_path, pytester):
    project(EXCEPT, options=["--phase", "header"])
    for each in tmp_path.glob("q.*"):
        (Path(pytester.path) / each.name).write_bytes(each.read_bytes())
    result = pytester.runpytest_subprocess("q.contract.yaml", "-p", "no:cacheprovider")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["abidance: note: suppressed: error*ABD321*one more, as ever"])
