"""Every how-to and tutorial page is followed literally, or the table of pages says why not."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from following import Reader
from literal_pages import blocks, commands
from page_table import NOTHING_TYPED, PAGES, Followed

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PROJECTS = Path(__file__).parent / "projects"
THERE = sorted(
    str(page.relative_to(DOCS)) for folder in ("how-to", "tutorial") for page in (DOCS / folder).glob("*.md")
)
FOLLOWED = {name: how for name, how in PAGES.items() if isinstance(how, Followed)}
_COPIED = ("harness", "tests", "docs", "Makefile", "pyproject.toml")


def a_case(name):
    return pytest.param(name, id=Path(name).stem, marks=() if PAGES[name].often else pytest.mark.full)


@pytest.mark.slow
@pytest.mark.parametrize("name", [a_case(name) for name in FOLLOWED])
def test_the_page_holds(name, tmp_path):
    how = FOLLOWED[name]
    for program in how.needs:
        needed(program)
    reader = Reader(beginning(how, tmp_path), tmp_path / "cache")
    reader.environment |= {
        "GIT_CONFIG_GLOBAL": "/dev/null",
        **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "somebody"),
        **dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "somebody@example.org"),
    }
    if how.home:
        reader.environment["HOME"] = str(tmp_path)
    if how.here:
        reader.environment["PYTHONPATH"] = str(reader.folder / "harness")
    for behind in how.behind:
        reader.write(DOCS / behind)
    for line in how.before:
        done(reader, line)

    def typed(command):
        if any(words in command.typed for words in how.left_out):
            return None
        if how.between:
            done(reader, how.between)
        text = command.typed
        for words, others in how.instead.items():
            text = text.replace(words, others)
        return replace(command, typed=text)

    reader.follow(DOCS / name, typed=typed)


def done(reader, line):
    ran = reader.run(line)
    assert ran.returncode == 0, f"{line}\n{ran.stdout}"


def beginning(how, tmp_path):
    """Return the folder that a reader begins in."""
    folder = tmp_path / "project"
    if how.project:
        shutil.copytree(PROJECTS / how.project, folder)
    else:
        folder.mkdir()
    if how.here:
        ignored = shutil.ignore_patterns("__pycache__", "*.so")
        for part in _COPIED:
            if (ROOT / part).is_dir():
                shutil.copytree(ROOT / part, folder / part, ignore=ignored)
            else:
                shutil.copy(ROOT / part, folder / part)
        (folder / ".venv").symlink_to(sys.prefix)
    return folder


def needed(program):
    """Skip where a program is missing, or is older than the version behind its name."""
    name, _, least = program.partition(" ")
    if not shutil.which(name) and (not name.isidentifier() or importlib.util.find_spec(name) is None):
        pytest.skip(f"`{name}` is not installed")
    if least:
        told = subprocess.run([name, "--version"], capture_output=True, text=True, check=True).stdout
        version = tuple(map(int, re.findall(r"\d+", told)[:2]))
        if version < tuple(map(int, least.split("."))):
            pytest.skip(f"the page needs {program}, and this is {told.strip()}")


@pytest.mark.unit
def test_every_page_is_in_the_table():
    assert sorted(PAGES) == THERE, "say in `page_table.py` how a new page is followed"


@pytest.mark.unit
@pytest.mark.parametrize("name", FOLLOWED)
def test_what_the_table_leaves_out_is_on_the_page(name):
    typed = "\n".join(each.typed for block in blocks(DOCS / name) for each in commands(block))
    assert typed
    assert [
        words for words in (*FOLLOWED[name].left_out, *FOLLOWED[name].instead) if words not in typed
    ] == []


@pytest.mark.unit
@pytest.mark.parametrize("name", [name for name, how in PAGES.items() if how == NOTHING_TYPED])
def test_a_page_without_commands_has_none(name):
    assert [each for block in blocks(DOCS / name) for each in commands(block)] == []


@pytest.mark.unit
@pytest.mark.parametrize("name", FOLLOWED)
def test_a_file_is_named_above_its_block(name):
    before = ""
    for block in () if FOLLOWED[name].here else blocks(DOCS / name):
        assert block.file in ("", before) or f"`{block.file}`" in block.prose
        before = block.file
