"""A rule may have a folder: a library that breaks it, word for word what is reported, and sound code close to it.

`make new-check NAME=the-bad-thing` makes one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from abidance.checks import CHECKS
from abidance.cli.main import main

HERE = Path(__file__).parent
CODES = {check.name: check.id for check in CHECKS}
FILES = ("contract.yaml", "defect.c", "near_miss.c", "subject.h", "expected.txt")
FOLDERS = sorted(folder for folder in HERE.iterdir() if (folder / "contract.yaml").exists())
UNWRITTEN = "still to be written"


def marked(marker):
    return [
        pytest.param(folder, id=folder.name, marks=marker(CODES[folder.name]) if folder.name in CODES else ())
        for folder in FOLDERS
    ]


@pytest.fixture
def findings(tmp_path, monkeypatch):
    """Return what is reported of the library that is compiled from a file of the folder."""

    def run(folder, source):
        for name in ("subject.h", source):
            shutil.copy(folder / name, tmp_path)
        shutil.copy(folder / "contract.yaml", tmp_path / "subject.contract.yaml")
        monkeypatch.chdir(tmp_path)
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-g", "-o", "libsubject.so", source], check=True)
        words = ["--seed", "1", "--max-examples", "40", "--format=json=report.json"]
        status = main(["run", "subject.contract.yaml", *words])
        report = json.loads(Path("report.json").read_text())
        return status, report["findings"]

    return run


@pytest.mark.parametrize("folder", marked(pytest.mark.finds))
def test_the_defect_is_reported_word_for_word(folder, findings):
    status, found = findings(folder, "defect.c")

    golden = folder / "expected.txt"
    text = "".join(f"{each['code']} {each['name']}: {each['message']}\n{each['call']}\n" for each in found)
    if os.environ.get("ABIDANCE_ACCEPT"):
        golden.write_text(text)
    assert status == 1
    assert {each["name"] for each in found} == {folder.name}
    assert text == golden.read_text()


@pytest.mark.parametrize("folder", marked(pytest.mark.spares))
def test_the_near_miss_is_left_alone(folder, findings):
    assert findings(folder, "near_miss.c") == (0, [])


@pytest.mark.unit
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_nothing_is_lacking(folder):
    lacking = [name for name in FILES if not (folder / name).exists()]
    lacking += [
        f"{file.name}: {UNWRITTEN}" for file in folder.iterdir() if UNWRITTEN in file.read_text().lower()
    ]
    if folder.name not in CODES:
        lacking.append("a check of that name in `CHECKS` of harness/abidance/checks/__init__.py")
    assert lacking == []
