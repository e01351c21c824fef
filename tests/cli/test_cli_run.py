from __future__ import annotations

import json
from pathlib import Path

import pytest

from abidance.core.catalogue import TOOL_MISSING, UNKNOWN_CASE, UNKNOWN_NAME
from abidance.core.codes import Code, Severity
from abidance.core.diagnostic import Diagnostic, Finding, Label
from abidance.core.errors import CannotJudgeError, UsageError
from abidance.core.events import ItemFinished, ItemId, RunFinished, RunStarted, RunStopped
from abidance.core.outcome import Outcome
from abidance.core.span import Span
from abidance.run.commands.check import CheckResult

pytestmark = pytest.mark.unit

NAME = "codec.contract.yaml"
BROKEN = Code("ABD321", "postcondition-broken")


@pytest.fixture
def contract(tmp_path):
    path = tmp_path / NAME
    path.write_text("boundary: codec\n")
    return path


@pytest.fixture
def engine(stand_in, contract):
    """Let the engine tell these events, and remember what it was asked for."""
    asked = []

    def tell(*events, then=None):
        def run_contracts(paths, selection, settings, listener):
            asked.append((paths, selection, settings))
            for event in events:
                listener(event)
            if then is not None:
                raise then

        stand_in("abidance.run.engine.engine", run_contracts=run_contracts)
        return asked

    return tell


STARTED = RunStarted("codec", NAME, 1, ("c",), ("release",), 7)


def item(outcome=Outcome.PASSED, **rest):
    return ItemFinished(ItemId("codec", "decode", "properties", "c", "release"), outcome, 10, 10, 0.2, **rest)


def finished(*items, interrupted=False):
    return RunFinished("codec", NAME, 7, items, interrupted=interrupted)


def failed():
    diagnostic = Diagnostic(BROKEN, "it is not so", (Label(Span.at(Path(NAME), 1, 1, 8)),))
    finding = Finding(diagnostic, "decode", "properties", "c", ("release",), "decode();", "7f3a9c", 3, (5, 5))
    return item(Outcome.FAILED, findings=(finding,))


def test_what_holds_is_0(run, engine):
    engine(STARTED, item(), finished(item()))
    ran = run("run", NAME)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("\nok: the contract holds.\n")


def test_a_finding_is_1_whatever_else_could_not_be_judged(run, engine, golden):
    missing = Diagnostic(TOOL_MISSING, "`cargo` was not found")
    engine(STARTED, finished(failed(), item(Outcome.SKIPPED, reasons=(missing,))))
    ran = run("run", NAME)
    assert ran.code == 1
    golden("run_finding.txt", ran.out)


def test_exit_zero_forgives_findings_only(run, engine):
    engine(STARTED, finished(failed()))
    assert run("run", NAME, "--exit-zero").code == 0
    engine(STARTED, finished(item(Outcome.ERRORED)))
    assert run("run", NAME, "--exit-zero").code == 3
    engine(RunStopped(NAME, (Diagnostic(UNKNOWN_NAME, "no `x`"),), 2))
    assert run("run", NAME, "--exit-zero").code == 2


def test_an_interruption_keeps_what_was_found(run, engine):
    engine(STARTED, failed(), then=KeyboardInterrupt())
    ran = run("run", NAME)
    assert ran.code == 1
    assert "error[ABD321] postcondition-broken: it is not so" in ran.out
    assert "\ninterrupted.  1 finding in `decode`." in ran.out
    engine(STARTED, item(), finished(item(), interrupted=True), then=KeyboardInterrupt())
    ran = run("run", NAME)
    assert ran.code == 3
    assert ran.out.endswith("\ninterrupted.  What was judged holds.\n")


def test_an_error_of_the_engine_is_part_of_the_report(run, engine):
    error = CannotJudgeError(Diagnostic(TOOL_MISSING, "`cc` was not found"))
    engine(STARTED, finished(item()), then=error)
    ran = run("run", NAME, "--format", "json")
    assert ran.code == 3
    assert [each["code"] for each in json.loads(ran.out)["errors"]] == ["ABD004"]


def test_a_broken_engine_does_not_lose_what_was_found(run, engine):
    engine(STARTED, failed(), then=ZeroDivisionError("oh"))
    ran = run("run", NAME)
    assert ran.code == 3
    assert "error[ABD321]" in ran.out
    assert ran.err.startswith("error[ABD016] internal-error: abidance itself broke: ZeroDivisionError: oh; ")


def test_what_was_asked_for_reaches_the_engine(run, engine, tmp_path):
    (tmp_path / "libmine.so").touch()
    (tmp_path / "pyproject.toml").write_text("[tool.abidance]\nmax_examples = 7\ntime_limit = 2\n")
    asked = engine(STARTED, finished(item()))
    run(
        *("run", NAME, "--library", "c", "--library", "mine=libmine.so", "--build", "asan", "--seed", "0"),
        *("--function", "dec*", "--function", "enc*", "-j", "4", NAME),
    )
    ((paths, selection, settings),) = asked
    assert paths == [Path(NAME)]
    assert selection.libraries == ("c", "mine")
    assert selection.extra == (("mine", tmp_path / "libmine.so"),)
    assert selection.builds == ("asan",)
    assert selection.functions == ("dec*", "enc*")
    assert (settings.max_examples, settings.time_limit, settings.seed, settings.jobs) == (7, 2, 0, 4)
    assert settings.root == tmp_path


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["mine=libmine.so"], "there is no file `libmine.so` for library `mine`"),
        (["=x"], "`--library =x` names no library"),
        (["mine="], "`--library mine=` names no library"),
    ],
)
def test_libraries_that_are_none(run, engine, words, message):
    engine()
    ran = run("run", NAME, "--library", *words)
    assert ran.code == 2
    assert message in ran.err


def test_a_folder_stands_for_its_contracts(run, engine, tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/a.contract.yaml").touch()
    (tmp_path / "sub/other.yaml").touch()
    asked = engine(STARTED, finished(item()))
    run("run", ".", NAME)
    assert asked[0][0] == [Path(NAME), Path("sub/a.contract.yaml")]


def test_a_report_in_a_file_and_one_on_stdout(run, engine, tmp_path):
    engine(STARTED, finished(failed()))
    ran = run("run", NAME, "--format", "json=out/report.json", "--format", "concise")
    assert ran.code == 1
    assert ran.out == f"{NAME}:1:1: error[ABD321] postcondition-broken: it is not so\n"
    assert json.loads((tmp_path / "out/report.json").read_text())["exit_code"] == 1


def test_output_takes_the_place_of_stdout(run, engine, tmp_path):
    engine(STARTED, finished(item()))
    ran = run("run", NAME, "--output", "report.txt")
    assert (ran.code, ran.out) == (0, "")
    assert (tmp_path / "report.txt").read_text().endswith("ok: the contract holds.\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--format", "json", "--format", "concise"], "`json` and `concise` would go to one place"),
        (["--format", "jsno"], "there is no format `jsno`"),
        (["--output", "."], "`.` cannot be written: it is a folder"),
        (["--format", "json="], "cannot be written: it has no name"),
    ],
)
def test_reports_that_cannot_be_are_refused_before_anything_runs(run, engine, words, message):
    asked = engine()
    ran = run("run", NAME, *words)
    assert ran.code == 2
    assert message in ran.err
    assert asked == []


def test_check_counts_what_the_contract_leaves_out(run, stand_in, contract):
    names = tuple(f"left_{n}" for n in range(7))
    stand_in("abidance.run.commands.check", check_contract=lambda _: CheckResult(unlisted=names))

    assert run("check", NAME).out == (
        f"note: 7 functions of the header are not in {NAME}: "
        "`left_0`, `left_1`, `left_2`, `left_3`, `left_4` and 2 more\n"
        "ok: the contract and its header agree.  Nothing was called.\n"
    )


def test_check(run, stand_in, contract):
    stand_in("abidance.run.commands.check", check_contract=lambda _: CheckResult())
    ran = run("check", NAME)
    assert (ran.code, ran.out) == (0, "ok: the contract and its header agree.  Nothing was called.\n")
    assert json.loads(run("check", NAME, "--format", "json").out)["exit_code"] == 0
    assert run("check", NAME, "--format", "concise").out == ""
    annotated = run("check", NAME, "--format", "github").out
    assert annotated == "abidance: ok: contract and header agree; nothing was called\n"


def test_check_says_what_is_wrong(run, stand_in, contract, golden):
    (contract.parent / "good.contract.yaml").touch()
    wrong = Diagnostic(UNKNOWN_NAME, "no `x`", (Label(Span.at(contract, 1, 11, 5), "here"),))
    odd = Diagnostic(Code("ABD998", "odd", Severity.WARNING), "odd")

    def check_contract(path):
        if path.name != NAME:
            return CheckResult(reasons=(odd,))
        raise UsageError(wrong)

    stand_in("abidance.run.commands.check", check_contract=check_contract)
    ran = run("check", ".")
    assert ran.code == 2
    golden("check_wrong.txt", ran.out)
    made = json.loads(run("check", ".", "--format=json").out)
    assert [each["severity"] for each in made["errors"]] == ["error", "warning"]
    assert run("check", ".", "--format=github").out.startswith("::error file=")
    assert run("check", ".", "--format=concise").out == (
        f"{NAME}:1:11: error[ABD104] unknown-name: no `x`\ngood.contract.yaml: warning[ABD998] odd: odd\n"
    )


@pytest.fixture
def replayed(stand_in):
    def tell(*events, error=None):
        def replay(case, settings, listener):
            if error:
                raise error
            for event in events:
                listener(event)

        stand_in("abidance.run.commands.replay", replay=replay)
        stand_in("abidance.run.commands.emit_c", emit_c=lambda case, *_: f"/* {case} */\n")

    return tell


def test_replay(run, replayed):
    replayed(STARTED, failed(), finished(failed()))
    ran = run("replay", "7f3a9c")
    assert ran.code == 1
    assert ran.out.startswith("error[ABD321] postcondition-broken: it is not so\n")
    kept = "`abidance run --add-example 7f3a9c` keeps it in the contract."
    assert ran.out.endswith(f"\n\n`7f3a9c` fails again.  {kept}\n")


def test_replay_of_what_was_mended(run, replayed):
    replayed(STARTED, finished(item()))
    ran = run("replay", "7f3a9c")
    assert (ran.code, ran.out) == (0, "ok: `7f3a9c` no longer fails.  10 calls.\n")


def test_replay_of_nothing_known(run, replayed):
    replayed(error=UsageError(Diagnostic(UNKNOWN_CASE, "there is no case `x`")))
    assert run("replay", "x").code == 2


def test_replay_as_c(run, replayed, tmp_path):
    replayed()
    assert run("replay", "7f3a9c", "--emit", "c").out == "/* 7f3a9c */\n"
    assert run("replay", "7f3a9c", "--emit", "c", "--output", "again.c").out == ""
    assert (tmp_path / "again.c").read_text() == "/* 7f3a9c */\n"
