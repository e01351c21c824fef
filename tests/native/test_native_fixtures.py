"""Every defective twin is found for what it is; every sound one and every near miss is left alone."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from filelock import FileLock
from native_twins import twins

from abidance.cli.main import main
from abidance.run.emit_c.program import UNSEEN

BUILDS = {"release": "", "asan": "_asan"}
TWINS = twins()


@pytest.fixture
def held(twin_library, shared, monkeypatch):
    """Hold a build of a twin to its contract, once for all tests and processes, and go to the folder of that run."""

    def hold(twin, build):
        if twin.language == "rust" and not shutil.which("cargo"):
            pytest.skip("no cargo: the Rust twins were not built")
        folder = shared / f"{twin.name}-{build}"
        folder.mkdir(exist_ok=True)
        monkeypatch.chdir(folder)  # where `replay` finds what is kept
        report = folder / "report.json"
        with FileLock("lock"):
            if not report.exists():
                library = twin_library(twin.name, BUILDS[build])
                given = ["--library", f"twin={library}", "--format", "json", "--output", str(report)]
                main(["run", str(twin.contract), *given, *twin.amount])
        return json.loads(report.read_text())

    return hold


@pytest.mark.full  # README.md has one of them in every run of the tests, `test_target.py` several
@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.name)
def test_a_twin_raises_exactly_its_codes(twin, build, held):
    codes, any_of, also = twin.expected(build)

    report = held(twin, build)

    raised = {finding["code"] for finding in report["findings"]}
    # What a build with a sanitizer costs says nothing, and what threads cost on a machine that others use may not.
    judged = [item for item in report["items"] if item["applies"] and not was_busy(item)]
    assert all(item["outcome"] in ("passed", "failed") for item in judged)
    assert codes <= raised
    assert not any_of or any_of & raised
    assert raised <= codes | any_of | also


def was_busy(item):
    return any("this machine was busy" in reason["message"] for reason in item["reasons"])


def shows_in_an_answer(twin):
    """Tell whether a program that makes the call fails by itself."""
    codes, any_of, _ = twin.expected("release")
    return bool((codes | any_of) - UNSEEN)


DEFECTS = [twin for twin in TWINS if twin.kind == "defect" and shows_in_an_answer(twin)]


@pytest.mark.full
@pytest.mark.parametrize("twin", DEFECTS, ids=lambda twin: twin.name)
def test_the_emitted_program_fails_as_the_replay_does_and_not_against_the_sound_twin(
    twin, held, twin_library, tmp_path, capsys
):
    library = twin_library(twin.name)
    codes, any_of, _ = twin.expected("release")
    found = held(twin, "release")["findings"]
    finding = next(each for each in found if each["code"] in codes | any_of)
    case = finding["replay"].split()[-1]

    again = main(["replay", case])
    assert finding["code"] in capsys.readouterr().out
    main(["replay", case, "--emit", "c", "--output", str(tmp_path / "case.c")])

    assert again == 1
    assert execute(twin, tmp_path, library) not in (0, 2)
    assert execute(twin, tmp_path, twin_library(twin.sound)) == 0


def execute(twin, folder, library):
    """Compile case.c with the project's header against `library`; return the program's exit status."""
    command = ["cc", "-Wall", "-Wextra", "-Werror", "-g", "-I", str(twin.contract.parent / "include")]
    program = folder / f"with_{library.stem}"
    linked = [str(folder / "case.c"), str(library), f"-Wl,-rpath,{library.parent}", "-o", str(program)]
    subprocess.run([*command, *linked], check=True)
    return subprocess.run([program], capture_output=True, check=False).returncode
