"""What contracts found in shipping libraries is still so: each program of the page is compiled and run."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from literal_pages import blocks, commands
from test_pages import anchors

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "found.md"
ROWS = ("Package", "Documentation", "Smallest call", "What happens", "Found as", "Verdict")
VERDICTS = ("defect", "contradiction", "undocumented")
_PACKAGE = re.compile(r"`(\S+)` (\S+)")
_LISTED = re.compile(r"^\| .* \| \[.*\]\(#(\S+)\) \| (\w+) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """A section of the page: the rows of its table by their first cells."""

    title: str
    text: str
    rows: dict[str, str]

    @property
    def anchor(self):
        return re.sub(r"[^\w\- ]", "", self.title.lower()).replace(" ", "-")


def entries():
    _, *sections = re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)
    for section in sections:
        rows = dict(re.findall(r"^\| (\w[^|]*) \| (.*) \|$", section, re.MULTILINE))
        yield Entry(section.partition("\n")[0], section, rows)


ENTRIES = list(entries())


def installed(package):
    """Return the version of a Debian package that is installed here, or nothing."""
    if not shutil.which("dpkg-query"):
        return ""
    command = ["dpkg-query", "--show", "--showformat", "${Version}", package]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    return asked.stdout if asked.returncode == 0 else ""


def upstream(version):
    """Return the version without what is Debian's: a security update must be looked at, another release may differ."""
    return version.rpartition(":")[2].rpartition("-")[0]


@pytest.mark.full
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.anchor)
def test_the_program_shows_it(entry, reader, tmp_path):
    package, version = _PACKAGE.fullmatch(entry.rows["Package"]).groups()
    here = installed(package)
    if not here or upstream(here) != upstream(version):
        pytest.skip(f"{package} is {here or 'not installed'} here, and the page is about {version}")
    before = tmp_path / "before.md"
    before.write_text(PAGE.read_text().partition("\n## ")[0])
    section = tmp_path / "section.md"
    section.write_text(entry.text)

    reader.write(before)
    reader.follow(section)


@pytest.mark.unit
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.anchor)
def test_an_entry_says_all_of_it(entry, tmp_path):
    section = tmp_path / "section.md"
    section.write_text(entry.text)
    shown = blocks(section)

    assert tuple(entry.rows) == ROWS
    assert _PACKAGE.fullmatch(entry.rows["Package"])
    assert [block.language for block in shown] == ["c", "console"]
    assert all(command.shown for command in commands(shown[1]))


@pytest.mark.unit
def test_the_table_lists_every_entry_with_its_verdict():
    verdicts = {entry.anchor: re.match(r"\w*", entry.rows["Verdict"])[0] for entry in ENTRIES}

    assert dict(_LISTED.findall(PAGE.read_text())) == verdicts
    assert set(verdicts.values()) <= set(VERDICTS)
    assert set(verdicts) <= anchors(PAGE)
