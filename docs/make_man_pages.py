"""Writes the manual pages: one for the program, one for each command. `make man` runs it, and so does building a wheel.

python docs/make_man_pages.py build/man
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "harness"))  # a wheel is built where nothing is installed
sys.dont_write_bytecode = True  # and from nothing but sources


from argparse_manpage.manpage import Manpage  # noqa: E402

import abidance  # noqa: E402
from abidance.cli.abi import ABI_COMMANDS  # noqa: E402
from abidance.cli.commands import COMMANDS  # noqa: E402
from abidance.cli.main import EXIT_STATUS  # noqa: E402
from abidance.cli.whole_parser import whole_parser  # noqa: E402

if TYPE_CHECKING:
    import argparse


def pages() -> dict[str, str]:
    """Return the pages by the names of their files."""
    os.environ["COLUMNS"] = "100"  # argparse breaks lines where the terminal of whoever builds ends
    whole = whole_parser()
    listed = [(f"abidance-{each.name}", each.summary) for each in COMMANDS]
    listed += [(f"abidance-abi-{each.name}", each.summary) for each in ABI_COMMANDS]
    summaries = dict(listed)
    found = {f"{name}.1": _page(parser, name, summaries[name]) for name, parser in _commands(whole)}
    commands = "\n".join(f".TP\n\\fB{_escaped(name)}\\fR(1)\n{_escaped(text)}" for name, text in listed)
    found["abidance.1"] = "\n".join(
        (
            f'.TH ABIDANCE 1 "" "abidance {abidance.__version__}" "User Commands"',
            ".SH NAME\nabidance \\- contract tests for native boundaries",
            ".SH SYNOPSIS\n.B abidance\n.I COMMAND\n\\&...",
            f".SH DESCRIPTION\n{_escaped(str(whole.description))}",
            f".SH COMMANDS\n{commands}",
            f".SH EXIT STATUS\n{_escaped(EXIT_STATUS.removeprefix('exit status: '))}",
            "",
        )
    )
    return found


def _commands(parser: argparse.ArgumentParser) -> list[tuple[str, argparse.ArgumentParser]]:
    """Return all commands, and those of groups, each with the name of its page."""
    found = []
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to them
        if isinstance(action.choices, dict):
            for each in action.choices.values():
                found += [(each.prog.replace(" ", "-"), each), *_commands(each)]
    return found


def _page(parser: argparse.ArgumentParser, name: str, summary: str) -> str:
    example, parser.epilog = (parser.epilog or "").removeprefix("example: "), None
    data = {
        "project_name": "abidance",
        "version": abidance.__version__,
        "manual_title": "User Commands",
        "date": " ",
    }
    page = Manpage(parser, _data=data)
    page.prog, page.description = name, summary
    if example:
        page.add_section("example", ">", f".B {_escaped(example)}")
    page.add_section("exit status", ">", _escaped(EXIT_STATUS.removeprefix("exit status: ")))
    page.add_section("see also", ">", "\\fBabidance\\fR(1)")
    return str(page)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\e").replace("-", "\\-")


def write(folder: Path) -> list[Path]:
    """Write all pages to a folder; return them."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name, text in sorted(pages().items()):
        (folder / name).write_text(text, encoding="utf-8")
        made.append(folder / name)
    return made


if __name__ == "__main__":
    for each in write(Path(sys.argv[1])):
        print(each)
