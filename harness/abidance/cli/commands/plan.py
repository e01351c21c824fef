"""`abidance plan`: the plan of one page that follows from a contract's evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.contracts import add_contract_argument
from abidance.cli.parser import Parser
from abidance.cli.surveying import add_report_option, add_survey_options, surveyed
from abidance.core.outcome import ExitCode

if TYPE_CHECKING:
    import argparse


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "plan",
        "CONTRACT... [options]",
        "Writes the plan that follows from the map: scope, what is wrong today, risks, the smallest next step, and\n"
        "steps with what must be green to enter and to leave each, and the way back. As Markdown, or as a page that\n"
        "prints on one sheet. Each sentence names its evidence; what no evidence carries is not written.",
        example="contracts/codec.contract.yaml --html plan.html",
    )
    add_contract_argument(made)
    add_survey_options(made)
    group = made.add_argument_group("the plan")
    group.add_argument(
        "-o", "--output", metavar="FILE.md", help="write the Markdown to FILE.md rather than to stdout"
    )
    group.add_argument(
        "--html",
        metavar="FILE",
        help="write it as a page to FILE as well, that of a second contract to FILE-2",
    )
    group.add_argument(
        "--map",
        metavar="FILE",
        default="",
        help="the page that `abidance map --html` wrote, which the page links to",
    )
    add_report_option(group)
    return made


def execute(options: argparse.Namespace) -> int:
    """Write the plans; return the exit status."""
    from abidance.cli.output_text import report_to, write_report  # noqa: PLC0415 - `--help` needs none of these
    from abidance.migration.plan_markdown import plan_markdown  # noqa: PLC0415
    from abidance.migration.plan_page import plan_page  # noqa: PLC0415
    from abidance.migration.planning import plan_of  # noqa: PLC0415

    plans = [plan_of(found, known) for found, known in surveyed(options)]
    if options.html is not None:
        for number, plan in enumerate(plans, 1):
            write_report(
                _numbered(Path(options.html), number),
                plan_page(plan, map_file=options.map, report=options.report),
            )
    texts = [
        plan_markdown(plan, f"{number}." if len(plans) > 1 else "") for number, plan in enumerate(plans, 1)
    ]
    report_to(options.output, "\n".join(texts))
    return ExitCode.OK


def _numbered(file: Path, number: int) -> Path:
    return file if number == 1 else file.with_stem(f"{file.stem}-{number}")
