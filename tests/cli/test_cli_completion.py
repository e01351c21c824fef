"""What shells complete, by the scripts that `abidance completion` prints."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from abidance.cli.commands import COMMANDS
from abidance.cli.commands.completion import SHELLS

CONTRACT = """\
abidance: 1
boundary: b
header: b.h
libraries: {c: {path: b.so}, rust: {cargo: .}}
functions:
  b_open: {}
  b_close: {params: {it: {handle: b}}
"""


@pytest.mark.unit
@pytest.mark.parametrize("shell", SHELLS)
def test_scripts_know_all_commands_and_codes(run, shell):
    ran = run("completion", shell)
    assert (ran.code, ran.err) == (0, "")
    assert [each.name for each in COMMANDS if each.name not in ran.out] == []
    assert "ABD312" in ran.out
    assert "out-of-bounds-read" in ran.out


@pytest.mark.unit
def test_names_come_from_the_contract_on_the_line(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.contract.yaml").write_text(CONTRACT)  # which is no YAML while it is being written
    words = ("abidance", "run", "b.contract.yaml", "--function")
    assert run("completion", "--ask", "functions", *words).out == "b_open\nb_close\n"
    assert run("completion", "--ask", "libraries", *words).out == "c\nrust\n"
    assert run("completion", "--ask", "functions", "abidance", "run", "nowhere.contract.yaml").out == ""


@pytest.mark.unit
def test_failing_calls_that_are_kept(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("completion", "--ask", "cases").out == ""
    kept = tmp_path / ".abidance" / "cases"
    kept.mkdir(parents=True)
    (kept / "7f3a9c.json").write_text("{}")
    assert run("completion", "--ask", "cases", "abidance", "replay").out == "7f3a9c\n"


@pytest.mark.unit
def test_without_a_shell_it_says_which_there_are(run):
    ran = run("completion")
    assert ran.code == 2
    assert "bash, zsh or fish" in ran.err


def _environment():
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


@pytest.mark.slow
def test_bash_completes(run, tmp_path):
    (tmp_path / "b.contract.yaml").write_text(CONTRACT)
    (tmp_path / "script").write_text(run("completion", "bash").out)
    lines = ("abidance ru", "abidance check --format con", "abidance run b.contract.yaml --function b_o")
    text = "source ./script\n"
    for line in lines:
        words = line.split()
        text += (
            f"COMP_LINE='{line}'; COMP_POINT={len(line)}; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}\n"
        )
        text += "_shtab_abidance; echo ${COMPREPLY[*]}\n"
    ran = subprocess.run(
        ["bash", "--norc", "-c", text],
        cwd=tmp_path,
        env=_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.splitlines() == ["run rules", "concise", "b_open"]


@pytest.mark.slow
def test_fish_completes(run, tmp_path):
    if shutil.which("fish") is None:
        pytest.skip("fish is not installed (Debian's package `fish`)")
    (tmp_path / "b.contract.yaml").write_text(CONTRACT)
    (tmp_path / "script").write_text(run("completion", "fish").out)
    text = "source ./script; complete -C 'abidance run b.contract.yaml --function b_o'"
    own = {**_environment(), "HOME": str(tmp_path)}
    ran = subprocess.run(
        ["fish", "--no-config", "-c", text], cwd=tmp_path, env=own, capture_output=True, text=True, check=True
    )
    assert ran.stdout.startswith("b_open\t")
