"""What `docs/reference/bug-classes.md` says is found is found again, and nothing of the sound twins."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
FIXTURES = ROOT / "native_fixtures" / "bug_classes"


def board():
    """Return the program that writes the page, and its rows as they were measured."""
    spec = importlib.util.spec_from_file_location("make_bug_classes", REFERENCE / "make_bug_classes.py")
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made  # dataclasses look their module up
    spec.loader.exec_module(made)
    measured, rows = json.loads(made.MEASURED.read_text()), made.classes()
    assert list(measured) == [row.id for row in rows]
    for row in rows:
        row.take(measured[row.id])
    return made, rows


PROGRAM, ROWS = board()
GROUPS = [
    pytest.param(
        group, marks=pytest.mark.skipif(group == "rust" and not shutil.which("cargo"), reason="needs cargo")
    )
    for group in sorted({row.group for row in ROWS})
]


def findings(group, library, *options, status):
    contract = str(FIXTURES / f"{group}.contract.yaml")
    command = [sys.executable, "-m", "abidance", "run", contract, "--library", library, "--format", "json"]
    ended = subprocess.run([*command, "--seed", "1", *options], capture_output=True, text=True, check=False)
    assert ended.returncode in status, ended.stderr or ended.stdout
    return json.loads(ended.stdout)["findings"]


@pytest.mark.full
@pytest.mark.parametrize("group", GROUPS)
def test_what_a_release_build_shows_is_found_again(group):
    wanted = {row.id for row in ROWS if row.group == group and row.found and row.codes["release"]}

    twins = PROGRAM.twins(group, "defect")
    found = [each for twin in twins for each in findings(group, twin, "--build", "release", status=(0, 1))]

    assert wanted <= {(each["function"] or "").partition("_")[0].upper() for each in found}


@pytest.mark.full
@pytest.mark.parametrize("group", GROUPS)
def test_nothing_is_found_of_the_sound_twin(group):
    for twin in PROGRAM.twins(group, "sound"):
        found = findings(group, twin, "--build", "release", "--max-examples", "30", status=(0, 3))
        assert [each["message"] for each in found] == []


@pytest.mark.unit
def test_every_class_was_measured_and_one_that_is_not_found_says_why():
    assert [row.id for row in ROWS if not row.found and not row.unseen] == []


@pytest.mark.unit
def test_the_page_shows_what_was_measured():
    stale = "python docs/reference/make_bug_classes.py --page writes it anew"
    assert PROGRAM.PAGE.read_text() == PROGRAM.page(ROWS), stale
    assert "\n".join(PROGRAM.sums(ROWS)) in PROGRAM.README.read_text(), stale
