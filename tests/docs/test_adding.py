"""The pages on adding a check, a rule, a clause and a reporter: what they say is done in a copy of this repository."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from following import Reader

pytestmark = pytest.mark.full

ROOT = Path(__file__).parents[2]
HOW_TO = ROOT / "docs" / "how-to"
PARTS = ("harness", "tests", "docs", "Makefile", "pyproject.toml")


@pytest.fixture
def contributor(tmp_path):
    """Somebody in a copy of this repository, whose abidance is that of the copy."""
    copy, ignored = tmp_path / "copy", shutil.ignore_patterns("__pycache__", "*.so")
    copy.mkdir()
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, copy / part, ignore=ignored)
        else:
            shutil.copy(ROOT / part, copy / part)
    (copy / ".venv").symlink_to(sys.prefix)
    reader = Reader(copy, tmp_path / "cache")
    reader.environment["PYTHONPATH"] = str(copy / "harness")
    return reader


@pytest.mark.parametrize("name", ["add-an-abi-rule", "add-a-reporter", "add-a-clause"])
def test_the_page_holds(contributor, name):
    contributor.follow(HOW_TO / f"{name}.md")


def test_the_page_on_checks_goes_on_from_that_on_clauses(contributor):
    contributor.write(HOW_TO / "add-a-clause.md")
    contributor.follow(HOW_TO / "add-a-check.md")
