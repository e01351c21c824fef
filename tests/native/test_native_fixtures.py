"""Every defective twin is found for what it is; every sound one and every near miss is left alone."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from native_twins import twins

from abidance.cli.main import main

BUILDS = {"release": "", "asan": "_asan"}


def run(twin, library, folder, *options):
    """Hold `library` to the twin's contract; return the JSON document."""
    report = folder / "report.json"
    given = ["--library", f"twin={library}", "--format", "json", "--output", str(report), *options]
    main(["run", str(twin.contract), *given])
    return json.loads(report.read_text())


@pytest.fixture
def in_tmp(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("twin", twins(), ids=lambda twin: twin.name)
def test_a_twin_raises_exactly_its_codes(twin, build, built_twins, in_tmp):
    library = built_twins / f"lib{twin.name}{BUILDS[build]}.so"
    if twin.language == "rust" and not shutil.which("cargo"):
        pytest.skip("no cargo: the Rust twins were not built")
    codes, any_of, also = twin.expected(build)

    report = run(twin, library, in_tmp, "--seed", "7")

    raised = {finding["code"] for finding in report["findings"]}
    assert all(item["outcome"] in ("passed", "failed") for item in report["items"])
    assert codes <= raised
    assert not any_of or any_of & raised
    assert raised <= codes | any_of | also


DEFECTS = [twin for twin in twins() if twin.kind == "defect" and any(twin.expected("release")[:2])]


@pytest.mark.parametrize("twin", DEFECTS, ids=lambda twin: twin.name)
def test_the_emitted_program_fails_as_the_replay_does_and_not_against_the_sound_twin(
    twin, built_twins, in_tmp, capsys
):
    if twin.language == "rust" and not shutil.which("cargo"):
        pytest.skip("no cargo: the Rust twins were not built")
    library = built_twins / f"lib{twin.name}.so"
    finding = run(twin, library, in_tmp, "--seed", "7")["findings"][0]
    case = finding["replay"].split()[-1]

    again = main(["replay", case])
    assert finding["code"] in capsys.readouterr().out
    main(["replay", case, "--emit", "c", "--output", "case.c"])

    assert again == 1
    assert execute(twin, in_tmp, library) not in (0, 2)
    assert execute(twin, in_tmp, built_twins / f"lib{twin.sound}.so") == 0


def execute(twin, folder, library):
    """Compile case.c with the project's header against `library`; return the program's exit status."""
    command = ["cc", "-Wall", "-Wextra", "-Werror", "-g", "-I", str(twin.contract.parent / "include")]
    program = folder / f"with_{library.stem}"
    linked = [str(folder / "case.c"), str(library), f"-Wl,-rpath,{library.parent}", "-o", str(program)]
    subprocess.run([*command, *linked], check=True)
    return subprocess.run([program], capture_output=True, check=False).returncode
