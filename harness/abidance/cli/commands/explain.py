"""`abidance explain`: what a rule means, how it is seen and what it cannot see."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from abidance.cli.parser import Parser, one_of
from abidance.core.outcome import ExitCode
from abidance.report.text.style import Color, Style, color_of

if TYPE_CHECKING:
    import argparse

    from abidance.core.codes import Code


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "explain",
        "CODE [options]",
        "Explains what a rule means, why it matters, how it is detected, and what it cannot detect.",
        example="ABD312",
    )
    made.add_argument(
        "code", metavar="CODE", help="a code such as ABD312, or a name such as out-of-bounds-read"
    )
    made.add_argument(
        "--format", metavar="FORMAT", type=one_of("text", "json"), default="text", help="text or json"
    )
    return made


def execute(options: argparse.Namespace) -> int:
    """Print the explanation; return the exit status."""
    from abidance.cli.codes import find  # noqa: PLC0415 - the checks bring the boundary model

    code = find(options.code)
    if options.format == "json":
        sys.stdout.write(json.dumps(as_object(code), indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(_text(code, Style.of(sys.stdout)))
    return ExitCode.OK


def as_object(code: Code) -> dict[str, str | list[str]]:
    """Return the code for programs."""
    return {
        "code": code.id,
        "name": code.name,
        "formerly": list(code.formerly),
        "severity": code.severity.value,
        "summary": code.summary,
        "explain": code.explain,
    }


def _text(code: Code, look: Style) -> str:
    lines = [f"{look.paint(code.id, color_of(code.severity))} {look.paint(code.name, Color.STRONG)}", ""]
    for line in code.explain.strip().splitlines():
        if line.startswith("#"):
            lines.append(look.paint(line.lstrip("# "), Color.STRONG))
        else:
            lines.append(f"  {line}".rstrip())
    if code.formerly:
        lines += ["", look.paint("Former name", Color.STRONG), f"  {', '.join(code.formerly)}"]
    return "\n".join(lines) + "\n"
