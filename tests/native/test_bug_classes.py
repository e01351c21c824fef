"""What `docs/reference/bug-classes.md` says is found is found again, and nothing of the sound twins."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
FIXTURES = ROOT / "native_fixtures" / "bug_classes"
LISTED = tomllib.loads((FIXTURES / "classes.toml").read_text())["class"]
MEASURED = json.loads((REFERENCE / "bug-classes.json").read_text())
GROUPS = [
    pytest.param(
        group, marks=pytest.mark.skipif(group == "rust" and not shutil.which("cargo"), reason="needs cargo")
    )
    for group in sorted({each["group"] for each in LISTED})
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
    wanted = {
        each["id"]
        for each in LISTED
        if each["group"] == group
        and len(MEASURED[each["id"]]["after"]) == 3
        and MEASURED[each["id"]]["codes"].get("release")
    }

    found = findings(group, "defect", "--build", "release", status=(0, 1))

    assert wanted <= {(each["function"] or "").partition("_")[0].upper() for each in found}


@pytest.mark.full
@pytest.mark.parametrize("group", GROUPS)
def test_nothing_is_found_of_the_sound_twin(group):
    found = findings(group, "sound", "--build", "release", "--max-examples", "30", status=(0, 3))

    assert [each["message"] for each in found] == []


@pytest.mark.unit
def test_every_class_was_measured_and_one_that_is_not_found_says_why():
    assert list(MEASURED) == [each["id"] for each in LISTED]
    silent = [
        each["id"]
        for each in LISTED
        if not (MEASURED[each["id"]]["rules"] or len(MEASURED[each["id"]]["after"]) == 3)
        and not each.get("unseen")
    ]
    assert silent == []


@pytest.mark.unit
def test_the_page_shows_what_was_measured():
    spec = importlib.util.spec_from_file_location("make_bug_classes", REFERENCE / "make_bug_classes.py")
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made  # dataclasses look their module up
    spec.loader.exec_module(made)
    rows = made.classes()
    for row in rows:
        row.take(MEASURED[row.id])

    assert (REFERENCE / "bug-classes.md").read_text() == made.page(rows), (
        "python docs/reference/make_bug_classes.py --page writes it anew"
    )
    assert "\n".join(made.sums(rows)) in (ROOT / "README.md").read_text()
