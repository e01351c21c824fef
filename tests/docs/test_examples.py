from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from following import Reader
from shown_output import cases, difference, matches, plain

EXAMPLE = Path(__file__).parents[2] / "examples" / "01-request-guard"
RUN = "abidance run request_guard.contract.yaml"


@pytest.fixture
def copy(tmp_path):
    """Somebody who has copied the example."""
    folder = tmp_path / "01-request-guard"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("build", "target", ".*"))
    return Reader(folder, tmp_path / "cache")


def prints(reader, typed, name, status):
    """Assert that a command prints what the file says; ABIDANCE_ACCEPT=1 writes the file."""
    ran = reader.run(typed)
    assert ran.returncode == status, ran.stdout
    expected = EXAMPLE / "expected" / name
    if os.environ.get("ABIDANCE_ACCEPT"):
        expected.write_text(ran.stdout)
    shown, printed = expected.read_text(), ran.stdout
    for old, new in zip(cases(shown), cases(printed), strict=True):
        shown = shown.replace(old, new)
    wanted, had = plain(shown), plain(printed)
    assert matches(wanted, had), difference(wanted, had)


def test_both_libraries_hold_as_expected(copy, needs_cargo):
    prints(copy, RUN, "sound.txt", 0)


def test_the_defect_that_the_readme_proposes_is_found_as_expected(copy):
    source = copy.folder / "c" / "request_guard.c"
    text = source.read_text()
    assert text.count(">= RG_PAYLOAD_LIMIT") == 1
    source.write_text(text.replace(">= RG_PAYLOAD_LIMIT", "> RG_PAYLOAD_LIMIT"))
    prints(copy, f"{RUN} --library c", "broken.txt", 1)
