"""Markdown pages as a reader follows them: files to write, changes to make, commands to type.

A fenced block says what it is in its info string: ```` ```c file=src/clip.c ```` is a file to write,
```` ```diff file=src/clip.c ```` a change to it, ```` ```console ```` a session whose `$ ` lines are typed,
```` ```sh ```` commands of which nothing is shown,
```` ```text check=contracts branch=fix result=failure ```` the annotations that the workflow of that name makes on
what was pushed. All other blocks are only read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_FENCE = re.compile(
    r"^```(\w*)(?: file=(\S+))?(?: check=(\S+) branch=(\S+) result=(success|failure))?[ ]*\n(.*?)^```[ ]*$",
    re.DOTALL | re.MULTILINE,
)
_STATUS = re.compile(r"  # exit (\d+)$")
_REMARK = re.compile(r"\s{2,}# .*$")


@dataclass(frozen=True)
class Block:
    """A fenced block, the number of its first line and the prose since the block before it."""

    language: str
    file: str
    text: str
    line: int
    prose: str
    check: PullRequestCheck | None = None


@dataclass(frozen=True)
class PullRequestCheck:
    """A workflow by its name, the branch that it is run on, and whether that succeeds."""

    workflow: str
    branch: str
    passes: bool


@dataclass(frozen=True)
class Command:
    """One typed line, the exit status it must have, and what is shown below it: None where a page shows nothing."""

    typed: str
    status: int
    shown: str | None
    line: int


def blocks(page):
    """Return the fenced blocks of a page in order."""
    text, end, found = page.read_text(), 0, []
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 2
        language, file, workflow, branch, result, shown = match.groups()
        check = PullRequestCheck(workflow, branch, result == "success") if workflow else None
        found.append(Block(language, file or "", shown, line, text[end : match.start()], check))
        end = match.end()
    return found


def commands(block):
    """Return the commands of a block; one that is neither a session nor for a shell has none."""
    match block.language:
        case "console":
            return _session(block)
        case "sh":
            return _typed(block)
    return []


def _session(block):
    found = []
    for number, line in enumerate(block.text.splitlines(), block.line):
        if line.startswith("$ "):
            status = _STATUS.search(line)
            typed = _STATUS.sub("", line[2:])
            found.append(Command(typed, int(status[1]) if status else 0, "", number))
        else:
            last = found.pop()
            found.append(Command(last.typed, last.status, f"{last.shown}{line}\n", last.line))
    return found


def _typed(block):
    """Return the lines of a block for a shell, without the remarks behind them."""
    found = []
    for number, line in enumerate(block.text.splitlines(), block.line):
        status, typed = _STATUS.search(line), _REMARK.sub("", line)
        if typed.strip() and not typed.startswith("#"):
            found.append(Command(typed, int(status[1]) if status else 0, None, number))
    return found


def changed(text, diff):
    """Return `text` with a change made; its context and removed lines must be there exactly once."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    after = "".join(line[1:] for line in lines if line[0] in " +")
    assert text.count(before) == 1, f"{text.count(before)} places look like\n{before}"
    return text.replace(before, after)
