"""Each check has a folder: a library that breaks it, word for word what is reported, and sound code close to it.

A folder says itself what it takes. `path:` libraries of its contract are compiled here, `libsubject.so` from the source
in question and each other one from the source of its name; `command:` libraries are not. Files beside them are there
when the contract is run: an `abidance.toml`, a Python model. `make new-check NAME=the-bad-thing` makes a folder.
"""

from __future__ import annotations

import doctest
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from abidance.checks import CHECKS
from abidance.cli.main import main

HERE = Path(__file__).parent
CODES = {check.name: check.id for check in CHECKS}
FILES = ("contract.yaml", "defect.c", "near_miss.c", "subject.h", "expected.txt")
FOLDERS = sorted(folder for folder in HERE.iterdir() if (folder / "contract.yaml").exists())
UNWRITTEN = "still to be written"
CASES = 20
MORE = {"handles-share-state": 100}
"""Of the few whose defect takes more: two handles of which each is called on, twice."""


def marked(marker):
    return [
        pytest.param(folder, id=folder.name, marks=marker(CODES[folder.name]) if folder.name in CODES else ())
        for folder in FOLDERS
    ]


@pytest.fixture
def findings(tmp_path, monkeypatch):
    """Return the exit status and what is reported where the subject is compiled from a file of the folder."""

    def run(folder, source):
        shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
        shutil.copy(folder / source, tmp_path / "subject.c")
        contract = tmp_path / "subject.contract.yaml"
        (tmp_path / "contract.yaml").rename(contract)
        for library in yaml.safe_load(contract.read_text())["libraries"].values():
            if "path" in library:
                compile_library(tmp_path, library["path"])
        monkeypatch.chdir(tmp_path)
        cases = MORE.get(folder.name, CASES)
        words = ["--seed", "1", "--max-examples", str(cases), "--format=json=report.json"]
        status = main(["run", contract.name, *words])
        return status, json.loads(Path("report.json").read_text())["findings"]

    return run


def compile_library(folder, library):
    source = f"{library.removeprefix('lib').removesuffix('.so')}.c"
    flags = ["-shared", "-fPIC", "-pthread", "-O1", "-g"]
    subprocess.run(["cc", *flags, "-o", library, source, "-lm"], cwd=folder, check=True)


@pytest.mark.parametrize("folder", marked(pytest.mark.finds))
def test_the_defect_is_reported_word_for_word(folder, findings):
    """Where figures differ from run to run, `...` stands in `expected.txt` for any text."""
    status, found = findings(folder, "defect.c")

    golden = folder / "expected.txt"
    text = "".join(f"{each['code']} {each['name']}: {each['message']}\n{each['call']}\n" for each in found)
    if os.environ.get("ABIDANCE_ACCEPT") and not as_expected(golden, text):
        golden.write_text(text)
    assert status == 1
    assert {each["name"] for each in found} == {folder.name}
    assert as_expected(golden, text), text


def as_expected(golden, text):
    return golden.exists() and doctest.OutputChecker().check_output(
        golden.read_text(), text, doctest.ELLIPSIS
    )


@pytest.mark.parametrize("folder", marked(pytest.mark.spares))
def test_the_near_miss_is_left_alone(folder, findings):
    assert findings(folder, "near_miss.c") == (0, [])


@pytest.mark.unit
@pytest.mark.parametrize("name", sorted({*CODES, *(folder.name for folder in FOLDERS)}))
def test_nothing_is_lacking(name):
    folder = HERE / name
    lacking = [file for file in FILES if not (folder / file).exists()]
    if folder.exists():
        files = [file for file in folder.iterdir() if file.is_file()]
        lacking += [f"{file.name}: {UNWRITTEN}" for file in files if UNWRITTEN in file.read_text().lower()]
    if name not in CODES:
        lacking.append("a check of that name in `CHECKS` of harness/abidance/checks/__init__.py")
    assert lacking == []
