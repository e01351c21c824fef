"""A contract with an `abi` clause is run whole: the calls, and the boundary against its accepted baseline."""

from __future__ import annotations

import pytest

from abidance.cli.main import main

HEADER = "int guard_count(int n);\n"
SOURCE = '#include "guard.h"\nint guard_count(int n) { return n; }\n'
CONTRACT = """\
abidance: 1
boundary: guard
header: guard.h
libraries:
  c: {command: [sh, -c, "cc $CFLAGS -shared -fPIC -o libguard.so guard.c"], artifact: libguard.so}
builds: [release]
functions:
  guard_count: {ensures: [result == n]}
abi: {baseline: guard.abi.json}
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "guard.h").write_text(HEADER)
    (tmp_path / "guard.c").write_text(SOURCE)
    (tmp_path / "guard.contract.yaml").write_text(CONTRACT)
    return tmp_path


def run(*options):
    return main(["run", "guard.contract.yaml", "--seed", "1", "--max-examples", "10", *options])


@pytest.mark.slow
def test_a_boundary_that_is_as_accepted_passes(project, capsys):
    assert main(["abi", "accept", "guard.contract.yaml"]) == 0

    assert run() == 0
    assert "ok" in capsys.readouterr().out


@pytest.mark.slow
def test_a_boundary_that_broke_is_a_finding_beside_those_of_the_calls(project, capsys):
    main(["abi", "accept", "guard.contract.yaml"])
    (project / "guard.h").write_text(HEADER.replace("int n", "long n"))
    (project / "guard.c").write_text(SOURCE.replace("int n", "long n").replace("return n;", "return (int)n;"))

    assert run() == 1
    printed = capsys.readouterr().out
    assert "parameter-type-changed" in printed
    assert "internal-error" not in printed


@pytest.mark.slow
def test_without_the_accepted_baseline_the_boundary_is_not_judged(project, capsys):
    assert run() == 3
    assert "internal-error" not in capsys.readouterr().out


def test_the_phase_can_be_selected_by_itself(project, capsys):
    main(["abi", "accept", "guard.contract.yaml"])

    assert run("--phase", "abi") == 0
    assert "internal-error" not in capsys.readouterr().out
