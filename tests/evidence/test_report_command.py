"""`abidance report`: the verdict and the exit status follow from the evidence, in the terminal and on the page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from abidance.cli.main import main
from abidance.core.catalogue import NO_COMPILER
from abidance.core.diagnostic import Diagnostic, Finding
from abidance.core.events import RunStopped
from abidance.core.gate import GateResult
from abidance.core.outcome import Outcome
from abidance.core.traces import Traced
from abidance.evidence.verdict import verdict
from abidance.trace.codes import NULL_PASSED

pytestmark = pytest.mark.unit


@pytest.fixture
def report(kept, monkeypatch, capsys):
    monkeypatch.chdir(kept.folder)
    kept.contract.write_text("")

    def run(*options):
        status = main(["report", "b.contract.yaml", *options])
        return status, capsys.readouterr().out

    return run


def test_what_holds_is_said_to_hold(kept, report):
    kept.run(*kept.all_items())

    status, out = report()

    assert status == 0
    assert "ok: the contract holds: 2 functions were judged as they are now." in out
    assert "nothing is known of changes to the ABI" in out


def test_nothing_passes_that_was_not_run(report):
    status, out = report()

    assert status == 5
    assert "nothing was run, so nothing passed." in out
    assert "ok" not in out


def test_one_function_that_nothing_looked_at_is_enough(kept, report):
    kept.run(kept.item("f"))

    status, out = report()

    assert status == 3
    assert "what was judged holds, and not all was judged.\n  not judged at all: `g`" in out


def test_a_finding_comes_first(kept, report):
    kept.run(*kept.all_items())
    kept.run(kept.item("f", Outcome.FAILED, findings=(kept.finding(case="7f3a9c"),)))

    status, out = report()

    assert status == 1
    assert "again: `abidance replay 7f3a9c`" in out
    assert out.endswith("1 finding in `f`.\n")


def test_what_was_judged_before_a_change_is_no_pass(kept, report):
    kept.run(*kept.all_items())
    kept.at("b" * 40)

    status, out = report()

    assert status == 3
    assert "`src/f.c` was changed since" in out
    assert "judged before a change, and not since: `f`, `g`" in out


def test_a_gate_that_refuses_decides(kept, report):
    kept.run(*kept.all_items())
    kept.keep(
        GateResult("b", "b.abi.json", str(kept.contract), "breaking", "no-breaking", "major", exit_code=1)
    )

    status, out = report()

    assert status == 1
    assert "the ABI gate refuses `b` (breaking)." in out


def test_a_run_that_could_not_begin_is_no_pass(kept, report):
    kept.run(*kept.all_items())
    kept.keep(RunStopped(str(kept.contract), (Diagnostic(NO_COMPILER, "no compiler"),), 3), command="run")

    status, out = report()

    assert status == 3
    assert "the last run could not begin: no compiler" in out


def test_nor_is_a_gate_that_could_not_judge(kept, report):
    kept.run(*kept.all_items())
    kept.keep(GateResult("b", "", str(kept.contract), "unknown", "no-breaking", "none", exit_code=3))

    status, out = report()

    assert status == 3
    assert "the ABI gate could not judge" in out


def test_what_a_traced_program_did_wrong_is_found(kept, report):
    kept.run(*kept.all_items())
    told = Finding(Diagnostic(NULL_PASSED, "`f` is called with NULL"), "f", "trace", "c", ())
    kept.keep(
        Traced("b", str(kept.contract), "c", ("./service",), 1.0, 0, 1, 0.0, (), (told,)), command="trace"
    )

    status, out = report()

    assert status == 1
    assert "1 finding in `f`" in out
    assert "`f` is called with NULL" in out


def test_a_gate_that_was_run_before_a_change_says_so(kept, report):
    kept.keep(GateResult("b", "b.abi.json", str(kept.contract), "compatible", "no-breaking", "none"))
    kept.at("b" * 40)
    kept.run(*kept.all_items())

    status, out = report()

    assert status == 0
    assert "the ABI gate was run before a change, and not since: `b`" in out


def test_what_the_contract_only_uses_promises_nothing(kept):
    kept.run(*kept.all_items())
    used = replace(kept.function("g_free"), listed=False)
    kept.facts = replace(kept.facts, functions=(*kept.facts.functions, used))

    assert verdict([kept.known]).exit_code == 0


def test_the_page_is_written_beside_what_is_printed(kept, report):
    kept.run(*kept.all_items())

    status, out = report("--html", "out.html")

    assert (status, "ok: the contract holds" in out) == (0, True)
    assert "Verdict: good" in (kept.folder / "out.html").read_text()


def test_a_page_that_cannot_be_written_is_a_mistake_that_is_said(kept, report):
    kept.run(*kept.all_items())

    assert report("--html", ".")[0] == 2
