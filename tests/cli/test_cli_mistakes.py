from __future__ import annotations

import json
import subprocess
import sys

import jsonschema
import pytest

from abidance.report.json_document import schema

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["runn"], "there is no command `runn`", "did you mean `run`?"),
        (["frobnicate"], "there is no command `frobnicate`", "`abidance --help` lists them"),
        (["--versoin"], "there is no option `--versoin`", "did you mean `--version`?"),
        (["a.contract.yaml"], "there is no command", "`abidance run a.contract.yaml` runs a contract"),
        (["run"], "the following arguments are required: CONTRACT", "`abidance run --help`"),
        (["run", "x", "--max-exmples", "3"], "there is no option `--max-exmples`", "`--max-examples`?"),
        (["run", "x", "--max-exmples=3"], "there is no option `--max-exmples`", "`--max-examples`?"),
        (["run", "x", "--max", "3"], "there is no option `--max`", ""),
        (["init", "x.h", "--define", "A=1"], "there is no option `--define`", "did you mean `-D`?"),
        (["init", "x.h", "--defin=A"], "there is no option `--defin`", "did you mean `-D`?"),
        (["init", "x.h", "--prefx", "a_"], "there is no option `--prefx`", "did you mean `--prefix`?"),
        (["run", "x", "--seed", "x"], "--seed: expected a whole number, not `x`", "`abidance run --help`"),
        (["run", "x", "-j", "0"], "-j/--jobs: expected at least 1, not 0", "`abidance run --help`"),
        (["run", "gone.contract.yaml"], "there is no file `gone.contract.yaml`", ""),
        (["rules", "x"], "`x` is one argument too many", "`abidance rules --help`"),
        (["rules", "--format", "jso"], "--format: there is no `jso`; did you mean `json`?", ""),
        (["schema", "rum"], "WHAT: there is no `rum`; did you mean `run`?", ""),
        (["explain", "ABD399"], "there is no rule and no clause `ABD399`", "did you mean `ABD"),
        (["explain", "abd399"], "there is no rule and no clause `abd399`", "did you mean `ABD"),
        (
            ["explain", "out-of-bounds-raed"],
            "there is no rule and no clause `out-of-bounds-raed`",
            "did you mean `out-of-bounds-read`?",
        ),
        (["explain", "nulable"], "there is no rule and no clause `nulable`", "did you mean `nullable`?"),
        (
            ["explain", "zzz"],
            "there is no rule and no clause `zzz`",
            "`abidance rules` lists all codes and names",
        ),
    ],
)
def test_mistakes_name_the_near_miss(run, words, message, hint):
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert hint in ran.err


def test_a_mistyped_contract_names_the_nearest_file(run, tmp_path):
    (tmp_path / "codec.contract.yaml").touch()
    ran = run("check", "code.contract.yaml")
    assert ran.code == 2
    assert "did you mean `codec.contract.yaml`?" in ran.err


def test_a_folder_without_contracts_is_nothing_collected(run, tmp_path):
    ran = run("run", tmp_path)
    assert ran.code == 5
    assert "there is no *.contract.yaml file below" in ran.err


@pytest.mark.parametrize("words", [["--format", "json"], ["--format=json"]])
@pytest.mark.parametrize("mistake", [["--seed", "x"], ["gone.contract.yaml"], ["--frmat", "x"]])
def test_mistakes_are_json_too_when_that_is_asked_for(run, words, mistake):
    ran = run("run", *mistake, *words)
    made = json.loads(ran.out)
    jsonschema.validate(made, json.loads(schema()))
    assert made["exit_code"] == ran.code == 2
    assert made["outcome"] == "errored"
    assert len(made["errors"]) == 1
    assert ran.err.startswith("error[")


def test_a_broken_abidance_says_one_line_and_keeps_the_traceback(run, stand_in, tmp_path):
    def broken(path):
        raise ZeroDivisionError("division by zero")

    stand_in("abidance.run.commands.check", check_contract=broken)
    (tmp_path / "a.contract.yaml").touch()
    ran = run("check", "a.contract.yaml")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == (
        "error[ABD016] internal-error: abidance itself broke: ZeroDivisionError: division by zero; "
        "its traceback is in `.abidance/internal-error.txt`\n"
        "   = help: please report it\n"
    )
    assert "in broken\n" in (tmp_path / ".abidance/internal-error.txt").read_text()


def test_a_traceback_that_cannot_be_kept_is_shown(run, stand_in, tmp_path):
    def broken(path):
        raise ZeroDivisionError

    stand_in("abidance.run.commands.check", check_contract=broken)
    (tmp_path / "a.contract.yaml").touch()
    (tmp_path / ".abidance").touch()
    ran = run("check", "a.contract.yaml")
    assert ran.code == 3
    assert ran.err.startswith("Traceback")
    assert "its traceback is on stderr" in ran.err


def test_an_interruption_outside_a_run_could_not_judge(run, stand_in, tmp_path):
    def interrupted(path):
        raise KeyboardInterrupt

    stand_in("abidance.run.commands.check", check_contract=interrupted)
    (tmp_path / "a.contract.yaml").touch()
    assert run("check", "a.contract.yaml") == type(run())(3, "", "interrupted\n")


@pytest.mark.native
def test_a_reader_that_went_away_is_no_traceback():
    code = "import sys; from abidance.cli.main import main; sys.exit(main(['rules', '--format', 'json']))"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 3
    process.stderr.close()


@pytest.mark.native
def test_characters_that_the_terminal_lacks_are_escaped():
    code = "import sys; from abidance.cli.main import main; sys.exit(main(['explain', 'caf\\u00e9']))"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        text=True,
        env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": ":".join(sys.path)},
    )
    assert ran.returncode == 2
    assert "there is no rule and no clause `caf\\xe9`" in ran.stderr
