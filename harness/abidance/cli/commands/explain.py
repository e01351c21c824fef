"""`abidance explain`: what a rule means, how it is seen and what it cannot see; or what a clause of contracts means."""

from __future__ import annotations

import json
import sys
import textwrap
from typing import TYPE_CHECKING

from abidance.cli.parser import Parser, one_of
from abidance.core.outcome import ExitCode
from abidance.report.text.style import Color, Style, color_of

if TYPE_CHECKING:
    import argparse

    from abidance.contract.index import ClauseMeaning
    from abidance.core.codes import Code


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "explain",
        "WORD [options]",
        "Explains what a rule means, why it matters, how it is detected, and what it cannot detect; or what a clause "
        "of contracts means, and where it stands.",
        example="ABD312",
    )
    made.add_argument(
        "word",
        metavar="WORD",
        help="a code such as ABD312, a name such as out-of-bounds-read, or a clause such as nullable",
    )
    made.add_argument(
        "--format", metavar="FORMAT", type=one_of("text", "json"), default="text", help="text or json"
    )
    return made


def execute(options: argparse.Namespace) -> int:
    """Print the explanation; return the exit status."""
    from abidance.contract.index import clause_names, clauses_called  # noqa: PLC0415 - `--help` needs no model

    meanings = clauses_called(options.word)
    if meanings:
        return _print(options, _clause_object(options.word, meanings), _clause_text(options.word, meanings))
    from abidance.cli.codes import find  # noqa: PLC0415 - the checks bring the boundary model

    code = find(options.word, clause_names())
    return _print(options, as_object(code), _text(code))


def _print(options: argparse.Namespace, for_programs: object, text: str) -> int:
    shown = json.dumps(for_programs, indent=2, ensure_ascii=False) + "\n"
    sys.stdout.write(shown if options.format == "json" else text)
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


def _text(code: Code) -> str:
    look = Style.of(sys.stdout)
    lines = [f"{look.paint(code.id, color_of(code.severity))} {look.paint(code.name, Color.STRONG)}", ""]
    for line in code.explain.strip().splitlines():
        if line.startswith("#"):
            lines.append(look.paint(line.lstrip("# "), Color.STRONG))
        else:
            lines.append(f"  {line}".rstrip())
    if code.formerly:
        lines += ["", look.paint("Former name", Color.STRONG), f"  {', '.join(code.formerly)}"]
    return "\n".join(lines) + "\n"


def _clause_object(word: str, meanings: tuple[ClauseMeaning, ...]) -> dict[str, object]:
    listed = [
        {"places": list(each.places), "means": each.clause.doc, "value": each.clause.kind.words}
        for each in meanings
    ]
    return {"clause": word, "meanings": listed}


def _clause_text(word: str, meanings: tuple[ClauseMeaning, ...]) -> str:
    look = Style.of(sys.stdout)
    lines = [f"{look.paint(word, Color.STRONG)}, a clause of contracts"]
    for each in meanings:
        places = (f"in `{place}`" if place else "at the top" for place in each.places)
        lines += ["", *(look.paint(place, Color.STRONG) for place in places)]
        lines += textwrap.wrap(each.clause.doc, 96, initial_indent="  ", subsequent_indent="  ")
        value = f"Value: {each.clause.kind.words}."
        lines += textwrap.wrap(value, 96, initial_indent="  ", subsequent_indent="  ")
        if each.inner:
            inner = f"Clauses: {', '.join(f'`{key}`' for key in each.inner)}."
            lines += textwrap.wrap(inner, 96, initial_indent="  ", subsequent_indent="  ")
        if each.clause.required:
            lines.append("  Required.")
    return "\n".join(lines) + "\n"
