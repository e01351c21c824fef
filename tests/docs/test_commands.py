"""Every command that a page shows is one that abidance takes: it and its options exist, and their values are read."""

from __future__ import annotations

import importlib
import re
import shlex
from pathlib import Path

import pytest

from abidance.cli.commands import COMMANDS
from abidance.core.errors import UsageError

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("[!d]*/**/*.md"))]
_BLOCK = re.compile(r"^```(?:sh|console|yaml|text)[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_TYPED = re.compile(r"(?:^|\$ |- run: |[;&|] |^ +- |\b[A-Z_]+=\S+ )(abidance [^\n]*)", re.MULTILINE)
_INLINE = re.compile(r"`(abidance [^`\n]+)`")
_ENDS = {"&&", "||", ";", "|", ">", ">>", "2>&1", "#"}
_OF_CI = re.compile(r"\$\{\{[^}]*\}\}")
_STANDS_FOR = re.compile(r"\b[A-Z]{2,}\b")
MODULES = {each.name: each.module for each in COMMANDS}


def commands(page):
    text = page.read_text(encoding="utf-8")
    for block in _BLOCK.findall(text):
        yield from _TYPED.findall(block)
    yield from _INLINE.findall(text)


def words(command):
    """Return the words behind `abidance`, up to what is another command, a redirection or a comment."""
    found = []
    for word in shlex.split(_OF_CI.sub("1", command).partition("  #")[0], comments=True)[1:]:
        if word in _ENDS:
            break
        found.append(word.rstrip(";"))
        if word.endswith(";"):
            break
    return found


def complaint(typed):
    """Return what is wrong with a command's words; nothing when abidance would begin with it."""
    if not typed or typed[0].startswith("-") or typed[0] == "help":
        return ""
    if typed[0] not in MODULES:
        return f"there is no command `{typed[0]}`"
    parser = importlib.import_module(f"abidance.cli.commands.{MODULES[typed[0]]}").parser()
    try:
        parser.options(typed[1:])
    except UsageError as error:
        message = error.diagnostics[0].message
        # Sentences name a command and what matters of it: its other arguments are left out, or stand for something.
        left_out = "are required" in message or (
            "expected one argument" in message and typed[-1].startswith("-")
        )
        return "" if left_out or _STANDS_FOR.search(" ".join(typed)) else message
    except SystemExit:  # the help of a group of commands
        return ""
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_exists(page):
    wrong = {command: why for command in commands(page) if (why := complaint(words(command)))}
    assert wrong == {}


def test_some_commands_are_found():
    found = [command for page in PAGES for command in commands(page)]
    assert len(found) > 80
    assert any("--format github" in command for command in found)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("abidance rnu contracts", "there is no command `rnu`"),
        ("abidance run contracts --no-such", "there is no option `--no-such`"),
        ("abidance run contracts --max-examples many", "--max-examples: expected a whole number, not `many`"),
        ("abidance run contracts --seed 1 && echo --no-such", ""),
        ("abidance abi check contracts --bsae x", "there is no option `--bsae`"),
    ],
)
def test_what_is_wrong_is_seen(command, why):
    assert complaint(words(command)) == why
