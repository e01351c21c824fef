"""A renamed rule is understood by the name that it had before, wherever a name is."""

from __future__ import annotations

import io
import json

import pytest

from abidance.abi.gate.suppressions import SuppressionRule, speaks_of_runs
from abidance.cli.codes import codes
from abidance.core.diagnostic import Diagnostic
from abidance.core.gate import GateResult
from abidance.core.outcome import Outcome
from abidance.report import opener
from abidance.report.text.style import Style

pytestmark = pytest.mark.unit

RENAMED = [(name, code) for code in codes() for name in code.formerly]
of_each = pytest.mark.parametrize(("name", "code"), RENAMED, ids=[name for name, _ in RENAMED])


def test_no_former_name_is_a_name_of_today():
    former = [name for name, _ in RENAMED]
    assert former
    assert len({*former}) == len(former)
    assert not {*former} & {code.name for code in codes()}


@of_each
def test_explain_knows_the_former_name(run, name, code):
    explained = run("explain", name)
    assert explained.out == run("explain", code.id).out
    assert explained.out.startswith(f"{code.id} {code.name}\n")
    assert f"Former name\n  {name}\n" in explained.out
    assert json.loads(run("explain", name, "--format", "json").out)["formerly"] == [name]


def test_a_misspelled_former_name_is_recognised(run):
    assert "did you mean `read-past-end`?" in run("explain", "read-past-edn").err


@of_each
def test_a_suppression_by_the_former_name_still_holds(name, code):
    suppression = SuppressionRule(name, "agreed")
    assert suppression.fits(code, "any_function")
    assert speaks_of_runs(name) == speaks_of_runs(code.id)


@of_each
def test_sarif_has_the_former_name_beside_the_present_one(name, code):
    finding = Diagnostic(code, "something is wrong")
    result = GateResult(
        "it", "base", "it.contract.yaml", "unknown", "no-breaking", "none", findings=(finding,), exit_code=1
    )
    stream = io.StringIO()
    sarif = opener("sarif")(stream, Style(), 0)
    sarif(result)
    sarif.close()
    log = json.loads(stream.getvalue())
    (rule,) = log["runs"][0]["tool"]["driver"]["rules"]
    assert rule["deprecatedNames"] == ["".join(part.capitalize() for part in name.split("-"))]
    assert rule["name"] not in rule["deprecatedNames"]


@pytest.mark.native
def test_a_contract_may_suppress_by_a_former_name(run, tmp_path):
    (tmp_path / "it.h").write_text("int it_twice(int n);\n")
    (tmp_path / "it.c").write_text(
        '#include "it.h"\n#include <stdio.h>\nint it_twice(int n) { puts("twice"); return 2 * n; }\n'
    )
    (tmp_path / "it.contract.yaml").write_text(
        "abidance: 1\nboundary: it\nheader: it.h\n"
        "libraries:\n  c: {command: [cc, -shared, -fPIC, -g, it.c, -o, libit.so], artifact: libit.so}\n"
        "builds: [release]\nfunctions:\n  it_twice: {params: {n: {range: [0, 9]}}}\n"
        "suppressions:\n  - {code: output-printed, reason: it is a demonstration}\n"
    )
    ran = run("run", "it.contract.yaml", "--phase", "properties", "--max-examples", "5")
    assert (ran.code, Outcome.SUPPRESSED in ran.out) == (0, True), ran.out + ran.err
    assert "standard-stream-written" in ran.out
