"""The GitHub Action and the hooks, run as far as that can be done without their servers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
HEADER = "typedef struct { int level; } codec_options;\nint codec_run(const codec_options *options);\n"
CONTRACT = "abidance: 1\nboundary: codec\nheader: codec.h\nprefix: codec_\nfunctions: {}\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "codec.h").write_text(HEADER)
    (tmp_path / "contracts" / "codec.contract.yaml").write_text(CONTRACT)
    # Stands for the environment that the action makes.
    program = tmp_path / "temp" / "abidance-venv" / "bin" / "abidance"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m abidance "$@"\n')
    program.chmod(0o755)
    return tmp_path


def step(project, action="action.yml", **inputs):
    action = yaml.safe_load((ROOT / action).read_text())
    found = action["runs"]["steps"][0]
    values = {name: str(each["default"]) for name, each in action["inputs"].items()} | inputs
    environment = {
        name: values[value.split(".")[1].split(" ")[0]] if "inputs." in value else str(ROOT)
        for name, value in found["env"].items()
    }
    environment |= {
        "GITHUB_OUTPUT": str(project / "output"),
        "GITHUB_STEP_SUMMARY": str(project / "summary.md"),
        "RUNNER_TEMP": str(project / "temp"),
    }
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", found["run"]],
        cwd=project,
        env={**os.environ, "CI": "true", "GITHUB_ACTIONS": "true", **environment},
        check=False,
        capture_output=True,
        text=True,
    )


def accept(project):
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    command = [sys.executable, "-m", "abidance", "abi", "accept", "contracts/"]
    subprocess.run(command, cwd=project, env=environment, check=True, capture_output=True)


@pytest.mark.slow
def test_the_action_passes_what_breaks_nobody(project):
    accept(project)
    ran = step(project)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (project / "output").read_text() == "exit-code=0\n"


@pytest.mark.slow
def test_the_action_fails_on_a_break_and_writes_everything(project):
    accept(project)
    (project / "contracts" / "codec.h").write_text(HEADER.replace("int level;", "int speed; int level;"))
    ran = step(project, sarif="abi.sarif", junit="abi.xml", comment="abi.md")
    assert ran.returncode == 1
    assert "::error file=contracts/codec.h,line=1," in ran.stdout
    assert (project / "output").read_text() == "exit-code=1\n"
    assert "ABD421" in (project / "summary.md").read_text()
    assert all("ABD421" in (project / name).read_text() for name in ("abi.sarif", "abi.xml", "abi.md"))


@pytest.mark.slow
def test_the_action_does_not_pass_what_it_could_not_judge(project):
    assert step(project).returncode == 3


RUN = "actions/run/action.yml"
SOURCE = """\
#include "codec.h"
int codec_run(const codec_options *options) {
  return options->level > 40 ? -1 : 0;
}
"""
PROMISES = """\
abidance: 1
boundary: codec
header: codec.h
libraries: {c: {command: [gcc, -g, -shared, -fPIC, -o, libcodec.so, codec.c], artifact: libcodec.so}}
builds: [release]
functions:
  codec_run:
    params: {options: {in: codec_options}}
    ensures: [result == 0]
"""


@pytest.mark.slow
def test_the_action_of_a_run_shows_a_finding_on_the_line_of_the_library(project):
    (project / "contracts" / "codec.c").write_text(SOURCE)
    (project / "contracts" / "codec.contract.yaml").write_text(PROMISES)
    ran = step(
        project, RUN, arguments="--explore 0", seed="1", sarif="run.sarif", junit="run.xml", comment="run.md"
    )
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "::error file=contracts/codec.c,line=2," in ran.stdout
    assert "error[ABD321] postcondition-broken" in ran.stdout
    assert (project / "output").read_text() == "exit-code=1\n"
    assert "1 finding" in (project / "summary.md").read_text()
    assert all("ABD321" in (project / name).read_text() for name in ("run.sarif", "run.xml", "run.md"))
    assert list((project / ".abidance" / "cases").glob("*.json"))

    (project / "contracts" / "codec.c").write_text(SOURCE.replace("-1", "0"))
    ran = step(project, RUN, arguments="--max-examples 20 --explore 0")
    assert ran.returncode == 0
    assert "::error" not in ran.stdout
    assert "## codec: ok: the contract holds" in (project / "summary.md").read_text()


def test_an_action_keeps_the_failing_calls():
    _, kept = yaml.safe_load((ROOT / RUN).read_text())["runs"]["steps"]
    assert kept["with"]["path"] == ".abidance/cases"
    assert kept["with"]["include-hidden-files"] is True


@pytest.mark.slow
def test_an_input_is_no_code(project):
    accept(project)
    ran = step(project, policy='"; touch broken; echo "')
    assert ran.returncode == 2
    assert not (project / "broken").exists()


@pytest.mark.slow
def test_the_hooks_name_commands_that_there_are(project):
    accept(project)
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text()):
        program, *words = hook["entry"].split()
        assert program == "abidance"
        command = [sys.executable, "-m", "abidance", *words, "contracts/codec.contract.yaml"]
        assert subprocess.run(command, cwd=project, check=False, capture_output=True).returncode == 0
