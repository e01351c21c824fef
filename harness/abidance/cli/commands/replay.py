"""`abidance replay`: repeat a failing call, or print it as a C program."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.output_text import report_to
from abidance.cli.parser import Parser, one_of
from abidance.core.outcome import ExitCode
from abidance.report.record import RunRecord, reasons
from abidance.report.text.block import render
from abidance.report.text.style import Color, Style
from abidance.report.text.wording import count

if TYPE_CHECKING:
    import argparse

_OF_SEVERAL = frozenset(("laws", "lifecycle"))
"""The phases whose cases are several calls, which no example of a function can hold."""


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "replay",
        "ID [options]",
        "Repeats the failing call with this id, on the library and build where it failed.",
        example="7f3a9c --emit c --output again.c",
    )
    made.add_argument("case", metavar="ID", help="the id that a finding shows after `again:`")
    made.add_argument(
        "--emit", metavar="c", type=one_of("c"), help="print a standalone C program that makes the call"
    )
    made.add_argument("--output", metavar="FILE", help="write to FILE rather than to stdout")
    return made


def execute(options: argparse.Namespace) -> int:
    """Replay or print the case; return the exit status."""
    # The engine brings hypothesis and pycparser, which `--help` does not wait for.
    from abidance.run.commands.emit_c import emit_c  # noqa: PLC0415
    from abidance.run.commands.replay import replay  # noqa: PLC0415
    from abidance.run.inputs.settings import Settings  # noqa: PLC0415

    settings = Settings.load(Path.cwd())
    if options.emit:
        report_to(options.output, emit_c(options.case, settings, Path(options.output or "").name))
        return ExitCode.OK
    record = RunRecord()
    replay(options.case, settings, record)
    look = Style.of(sys.stdout) if options.output is None else Style()
    report_to(options.output, _report(record, options.case, look))
    return record.exit_code


def _report(record: RunRecord, case: str, look: Style) -> str:
    blocks = [render(cause.finding, look) for run in record.runs for cause in run.causes]
    blocks += [render(diagnostic, look) for stop in record.stops for diagnostic in stop.diagnostics]
    blocks += [render(reason, look) for reason in reasons(record.items)]
    match record.exit_code:
        case ExitCode.OK:
            calls = sum(item.calls for item in record.items)
            blocks.append(
                look.paint(f"ok: `{case}` no longer fails.", Color.GOOD) + f"  {count(calls, 'call')}."
            )
        case ExitCode.FINDINGS:
            several = any(item.item.phase in _OF_SEVERAL for item in record.items)
            kept = "" if several else f"  `abidance run --add-example {case}` keeps it in the contract."
            blocks.append(look.paint(f"`{case}` fails again.", Color.ERROR) + kept)
        case _:
            blocks.append(look.paint(f"`{case}` could not be judged.", Color.WARNING))
    return "\n\n".join(blocks) + "\n"
