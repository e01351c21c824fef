"""The page on what `init` makes of headers says what was measured, and lists what was not right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.unit

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
PAGE = (REFERENCE / "init.md").read_text()
MEASURED = json.loads((REFERENCE / "init-measured.json").read_text())
TRUTH = yaml.safe_load((REFERENCE / "init-truth.yaml").read_text())


def test_every_header_that_was_measured_has_its_row():
    rows = {
        line.split("`")[1]: line
        for line in PAGE.partition("## Guesses")[0].splitlines()
        if line.startswith("| `")
    }
    for each in MEASURED:
        assert (
            f"| {each['called']} | {each['narrow']} | {each['open_']} | {each['harmful']} |"
            in rows[each["header"]]
        )
    assert len(MEASURED) >= 50


def test_guesses_are_held_against_twelve_headers():
    assert len(TRUTH) >= 12
    for header in TRUTH:
        assert f"| `{header}` |" in PAGE.partition("## Guesses against the truth")[2]


def test_findings_that_are_not_the_librarys_are_told():
    wrong = sum(len(each["wrong"]) for each in MEASURED)
    assert f"defect of the library: {wrong}." in PAGE
