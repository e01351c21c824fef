"""Promises that one smallest call breaks together are one finding; those that take another call are not."""

from __future__ import annotations

import json
import subprocess

import pytest

from abidance.cli.main import main

pytestmark = pytest.mark.full

HEADER = "int tg_both(int x);\nint tg_apart(int x);\n"
SOURCE = """\
int tg_both(int x) { return x > 9 ? -1 : x; }
int tg_apart(int x) { return x == 0 ? -1 : x > 80 ? 2000 : x; }
"""


@pytest.fixture
def found(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tg.h").write_text(HEADER)
    (tmp_path / "tg.c").write_text(SOURCE)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", "libtg.so", "tg.c"], check=True)

    def run(promise):
        (tmp_path / "tg.contract.yaml").write_text(
            "abidance: 1\nboundary: tg\nheader: tg.h\nlibraries: {c: {path: libtg.so}}\n"
            f"functions:\n  {promise}\n"
        )
        main(["run", "tg.contract.yaml", "--seed", "1", "--format", "json"])
        return json.loads(capsys.readouterr().out)["findings"]

    return run


def test_one_call_is_one_finding_that_names_every_broken_promise(found, capsys):
    (finding,) = found(
        "tg_both: {params: {x: {range: [0, 99]}}, ensures: [result >= 0, result == x, result < 99]}"
    )

    assert "`result >= 0` does not hold" in finding["message"]
    assert finding["notes"] == [
        "the same call: after `tg_both` returned -1, `result == x` does not hold (tg.contract.yaml:6)"
    ]
    assert main(finding["replay"].split()[1:]) == 1
    assert capsys.readouterr().out.count("error[") == 1


def test_what_takes_another_call_is_a_finding_of_its_own(found):
    both = found("tg_apart: {params: {x: {range: [0, 99]}}, ensures: [result >= 0, result < 1000]}")

    assert sorted(finding["call"].partition(";")[0] for finding in both) == ["tg_apart(0)", "tg_apart(81)"]
    assert [finding["notes"] for finding in both] == [[], []]
