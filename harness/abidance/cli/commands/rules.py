"""`abidance rules`: all codes, their names and what they say."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from abidance.cli.parser import Parser, one_of
from abidance.core.outcome import ExitCode
from abidance.report.text.style import Color, Style, color_of
from abidance.report.text.table import Cell, columns

if TYPE_CHECKING:
    import argparse

    from abidance.core.codes import Code

_FAMILIES = {
    "ABD0": "configuration and environment",
    "ABD1": "contracts",
    "ABD2": "headers, and what they disagree with",
    "ABD3": "run-time checks",
    "ABD4": "ABI rules",
    "ABD5": "a library that disagrees with its header",
}


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser("rules", "[options]", "Lists all rules.", example="--format json")
    made.add_argument(
        "--format", metavar="FORMAT", type=one_of("text", "json"), default="text", help="text or json"
    )
    return made


def execute(options: argparse.Namespace) -> int:
    """Print the rules; return the exit status."""
    from abidance.cli.codes import codes  # noqa: PLC0415 - the checks bring the boundary model
    from abidance.cli.commands.explain import as_object  # noqa: PLC0415

    if options.format == "json":
        objects = [as_object(code) for code in codes()]
        sys.stdout.write(json.dumps(objects, indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(_text(codes(), Style.of(sys.stdout)))
    return ExitCode.OK


def _text(every: tuple[Code, ...], look: Style) -> str:
    rows = [[Cell(code.id, color_of(code.severity)), Cell(code.name), Cell(_short(code))] for code in every]
    lines: list[str] = []
    family = ""
    for code, line in zip(every, columns(rows, look), strict=True):
        if code.id[:4] != family:
            family = code.id[:4]
            lines += ["", look.paint(_FAMILIES.get(family, "others"), Color.STRONG)]
        lines.append(line)
    return "\n".join([*lines[1:], "", "`abidance explain CODE` tells more.", ""])


def _short(code: Code) -> str:
    """Return the first sentence without its full stop."""
    return code.summary.split(". ")[0].removesuffix(".")
