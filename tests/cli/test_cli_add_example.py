"""`run --add-example`: a failing call becomes an example of its contract, and nothing else in the file changes."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from abidance.boundary.model.values import Case, Step
from abidance.checks.evidence.expectation import NOTHING
from abidance.run.findings import case_store

HEADER = """\
#pragma once
#include <stddef.h>
typedef enum { CUT_OK, CUT_BAD } cut_status;
typedef struct { int low, high; } cut_range;
cut_status cut_text(const char *text, const unsigned char *mask, size_t n, cut_range range, double scale);
"""
SOURCE = """\
#include "cut.h"
cut_status cut_text(const char *text, const unsigned char *mask, size_t n, cut_range range, double scale) {
  (void)scale;
  if (n > 1 && mask[1] > 0x80 && range.low > 41) return CUT_BAD;
  return CUT_OK;
}
"""
CONTRACT = """\
# yaml-language-server: $schema=x
abidance: 1
boundary:  cut          # aligned values stay
header: cut.h
libraries: {c: {path: libcut.so}}

functions:
  cut_text:   # cuts
    params:
      text:  {in: string}
      mask:  {in: bytes,  length: n}   # as it came
    ensures:
      - implies(range.low > 41, result == CUT_OK)
    # what it was told once
    examples:
      - {text: "a, b", mask: b"\\x01",  range: {low: 1, high: 2}}   # spaced

# the end
"""


@pytest.fixture
def project(tmp_path):
    if not shutil.which("gcc"):
        pytest.skip("it builds a C library, and there is no gcc")
    (tmp_path / "cut.h").write_text(HEADER)
    (tmp_path / "cut.contract.yaml").write_text(CONTRACT)
    build(tmp_path)
    return tmp_path


def build(folder, source=SOURCE):
    (folder / "cut.c").write_text(source)
    words = ["gcc", "-g", "-w", "-shared", "-fPIC", "-o", "libcut.so", "cut.c"]
    subprocess.run(words, cwd=folder, check=True)


@pytest.mark.slow
def test_a_failing_call_becomes_an_example(run, project, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    file = project / "cut.contract.yaml"
    short = ("--seed", 1, "--explore", 0, "--format", "json")
    found = json.loads(run("run", file, *short).out)["findings"]
    (case,) = {each["case"] for each in found}

    build(project, SOURCE.replace("range.low > 41", "0"))
    refused = run("run", "--add-example", case)
    assert refused.code == 2
    assert "it no longer fails" in refused.err
    assert file.read_text() == CONTRACT

    build(project)
    added = run("run", "--add-example", case)
    assert (added.code, added.err) == (0, "")
    assert "+      - {text: " in added.out
    before, after = CONTRACT.splitlines(), file.read_text().splitlines()
    (new,) = [line for line in after if line not in before]
    assert [line for line in after if line != new] == before
    assert new.endswith("  # ABD321 postcondition-broken")

    again = json.loads(run("run", file, "--phase", "examples", "--format", "json").out)["findings"]
    assert [(each["code"], each["found_after"]) for each in again] == [("ABD321", 2)]
    assert run("replay", again[0]["case"]).code == 1
    assert "it is an example already" in run("run", "--add-example", again[0]["case"]).err

    build(project, SOURCE.replace("range.low > 41", "0"))
    assert run("run", file, "--phase", "examples").code == 0


@pytest.mark.unit
@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"case": Case("cut", {}, steps=(Step("cut_text", {}),))}, "it is a sequence of calls"),
        ({"expectation": replace(NOTHING, rejects="{when: {text: null}}")}, "it is an invalid call"),
        ({"case": Case("cut_text", {}, beside={})}, "it is about calls at the same time"),
        ({"phase": "examples"}, "it is an example already"),
    ],
)
def test_what_is_no_example_is_refused(run, tmp_path, monkeypatch, change, why):
    monkeypatch.delenv("CI", raising=False)
    stored = case_store.StoredCase(
        "7f3a9c", tmp_path / "cut.contract.yaml", "c", {}, "prebuilt", "properties", "ABD321",
        Case("cut_text", {}), NOTHING,
    )  # fmt: skip
    case_store.save(tmp_path, replace(stored, **change))
    refused = run("run", "--add-example", "7f3a9c")
    assert refused.code == 2
    assert f"`7f3a9c` is not added as an example: {why}" in refused.err


LAWS = """\
laws:
  cut_twice_is_cut_once:
    given: {n: {in: unsigned, range: [0, 100000]}, scale: {in: double, range: [0, 1]}}
    steps:
      - a = cut_text("x", b"", range=RANGE, scale=scale)
    ensures: [implies(n > 77777, a.result == CUT_BAD)]   # which it never is
"""


@pytest.mark.slow
@pytest.mark.parametrize("whose", ["", "c."])
def test_what_broke_a_law_becomes_an_example_of_it(run, project, monkeypatch, whose):
    monkeypatch.delenv("CI", raising=False)
    file = project / "cut.contract.yaml"
    law = LAWS.replace("cut_text(", f"{whose}cut_text(").replace("range=RANGE, ", "")
    text = CONTRACT.replace("\n# the end", f"{law}\n# the end")
    file.write_text(text)
    many = ("--phase", "laws", "--seed", 1, "--explore", 0, "--max-examples", 100, "--format", "json")
    found = json.loads(run("run", file, *many).out)
    (case,) = (each["case"] for each in found["findings"])

    added = run("run", "--add-example", case)
    assert (added.code, added.err) == (0, "")
    assert "`cut_twice_is_cut_once` has an example that fails with ABD376 law-broken" in added.out
    (new,) = (line for line in file.read_text().splitlines() if "ABD376" in line)
    assert new.lstrip().startswith("- {n: 77778, scale: 0")

    words = ("--phase", "laws", "--explore", 0, "--max-examples", 1, "--format", "json")
    again = json.loads(run("run", file, *words).out)["findings"]
    assert [each["code"] for each in again] == ["ABD376"]

    file.write_text(file.read_text().replace("n > 77777", "n > 100000"))
    assert run("run", file, *words).code == 0


@pytest.mark.slow
def test_an_example_that_is_no_valid_input_of_a_law_says_so(run, project):
    file = project / "cut.contract.yaml"
    law = LAWS.replace("range=RANGE, ", "").replace("n > 77777", "n > 100000")
    law += "    requires: [n != 5]\n    examples: [{n: 5}]\n"
    file.write_text(CONTRACT.replace("\n# the end", f"{law}\n# the end"))

    done = run("run", file, "--phase", "laws", "--explore", 0)
    assert done.code == 3
    assert "the steps of `cut_twice_is_cut_once` are no valid calls with this example" in done.out

    file.write_text(file.read_text().replace("{n: 5}", "{m: 5}"))
    done = run("check", file)
    assert done.code == 2
    assert "input `m` is not in what `cut_twice_is_cut_once` is given" in done.out


@pytest.mark.unit
def test_nothing_is_added_in_continuous_integration(run, monkeypatch):
    monkeypatch.setenv("CI", "true")
    refused = run("run", "--add-example", "7f3a9c")
    assert refused.code == 2
    assert "where `CI` is set" in refused.err


@pytest.mark.unit
def test_a_run_needs_a_contract(run):
    refused = run("run")
    assert refused.code == 2
    assert "required: CONTRACT" in refused.err


@pytest.mark.unit
def test_a_case_is_found_wherever_its_project_lies(tmp_path):
    """What one machine stored, another replays: from an artifact, say."""
    here, there = tmp_path / "here", tmp_path / "there"
    stored = case_store.StoredCase(
        "7f3a9c", here / "contracts/cut.contract.yaml", "c", {"c": here / "libcut.so"}, "prebuilt",
        "properties", "ABD321", Case("cut_text", {}), NOTHING,
    )  # fmt: skip
    case_store.save(here, stored)
    shutil.copytree(here, there)
    again = case_store.load(there, "7f3a9c")
    assert (again.contract, again.given) == (
        there / "contracts/cut.contract.yaml",
        {"c": there / "libcut.so"},
    )
    assert Path(case_store.folder(here) / "7f3a9c.json").read_text().count(str(tmp_path)) == 0
