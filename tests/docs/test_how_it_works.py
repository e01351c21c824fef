"""The page that shows the source: every package is on it, and every file that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "harness" / "abidance"
PAGE = (ROOT / "docs" / "explanation" / "how-it-works.md").read_text()
WALKS = {
    title: re.findall(r"`([a-z_]+/[\w/-]+\.(?:py|c|toml))`", text)
    for title, text in re.findall(r"^### (.+?)\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL)
}


def test_every_package_is_in_the_table():
    rows = re.findall(r"^\| (`.+?) \|", PAGE, re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert packages - {*named} == set()


def test_the_walks_are_there():
    walks = [
        "A clause",
        "A test case",
        "A handle",
        "A struct",
        "An ABI change",
        "A finding",
        "An input",
        "A line that ran",
        "A draft",
        "A report",
        "A rank",
    ]
    assert [*WALKS] == walks


@pytest.mark.parametrize("walk", WALKS)
def test_the_files_of_a_walk_exist(walk):
    assert len(WALKS[walk]) >= 8
    assert [name for name in WALKS[walk] if not (PACKAGE / name).is_file()] == []
