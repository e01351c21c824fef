"""Defects behind values that ctypes cannot pass are found, and sound code beside them is left alone, on both builds."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from families import SOUND, found_in, spared_in

from abidance.cli.main import main

CONTRACT = Path(__file__).with_name("byvalue.contract.yaml").read_text()
FUNCTIONS = re.findall(r"^  (bv_\w+|BV_\w+):", CONTRACT[CONTRACT.index("\nfunctions:") :], re.MULTILINE)
CODES = dict.fromkeys(FUNCTIONS, "ABD321") | {"bv_first": "ABD312"}
EMITTED = ("bv_bumped", "bv_renumbered", "bv_half", "bv_added", "bv_checked", "bv_vsum", "BV_DOUBLED_LIMIT")
KEPT = ("ABD321",)


@pytest.mark.parametrize(("function", "library"), spared_in(CODES, keep=KEPT))
def test_sound_code_is_left_alone(function, library, judge):
    found, reasons = judge.in_turn(SOUND, "byvalue", function, library)

    assert found == []
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize(("function", "library", "code"), found_in(CODES, keep=KEPT))
def test_a_defect_is_found(function, library, code, judge):
    found, reasons = judge("byvalue", function, library, seed=3)

    assert reasons == []
    assert {finding.diagnostic.code.id for finding in found} == {code}


@pytest.mark.full
def test_emitted_programs_fail_with_the_defect_and_not_without(built, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    contract = built / "byvalue.contract.yaml"
    chosen = [word for name in EMITTED for word in ("--function", name)]
    options = ["--library", "wrong", "--seed", "3", "--format", "json", "--output", "out.json"]
    main(["run", str(contract), *chosen, *options])
    findings = json.loads(Path("out.json").read_text())["findings"]

    assert {finding["function"] for finding in findings} == set(EMITTED)
    for finding in findings:
        case = finding["replay"].split()[-1]
        main(["replay", case, "--emit", "c", "--output", "case.c"])
        wrong, sound = (executed(built, variant) for variant in ("wrong", "sound"))
        assert wrong not in (0, 2), finding["function"]
        assert sound == 0, finding["function"]


def executed(built, variant):
    """Compile the emitted program against a library, and return its exit status."""
    library = built / f"libbyvalue_{variant}.so"
    command = ["gcc", "-std=gnu11", "-w", "-I", built, "case.c", library, "-o", "case"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return subprocess.run(
        ["./case"], capture_output=True, check=False, env={"LD_LIBRARY_PATH": str(built)}
    ).returncode
