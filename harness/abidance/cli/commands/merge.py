"""`abidance merge`: one verdict from the documents of several machines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.outputs import Reports, add_run_report_options
from abidance.cli.parser import Parser
from abidance.core.outcome import forgiving
from abidance.report.record import RunRecord

if TYPE_CHECKING:
    import argparse


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "merge",
        "FILE... [options]",
        "Reads what `abidance run --partition K/N --format json` wrote on N machines, and reports it as one run.",
        example="partition-1.json partition-2.json --format junit=junit.xml",
    )
    made.add_argument("files", metavar="FILE", nargs="+", help="the JSON document of one partition")
    add_run_report_options(made)
    return made


def execute(options: argparse.Namespace) -> int:
    """Merge the documents; return the exit status, which is that of one run of everything."""
    from abidance.cli.codes import codes  # noqa: PLC0415 - `--help` needs none of these
    from abidance.report.text.style import here  # noqa: PLC0415
    from abidance.run.commands.merge import merged  # noqa: PLC0415

    reports, record = Reports(options), RunRecord()
    files = [Path(name) for name in options.files]
    events = [*merged(files, here(), {code.id: code for code in codes()})]
    with reports:
        for event in events:
            record(event)
            reports(event)
    return forgiving(record.exit_code, exit_zero=options.exit_zero)
