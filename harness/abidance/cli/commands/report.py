"""`abidance report`: what is known of contracts from the runs that are kept, as text or as a page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.contracts import add_contract_argument, contract_paths
from abidance.cli.parser import Parser
from abidance.history import store_of

if TYPE_CHECKING:
    import argparse


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "report",
        "CONTRACT... [options]",
        "Tells what is known of each contract from the runs that are kept: what is promised of each function, what\n"
        "was tried, where and watched by what, what was found, and what nothing has judged. Nothing is run for it.\n"
        "Exits with 1 for findings, and with 3 where not all was judged as it is now.",
        example="contracts/codec.contract.yaml --html report.html",
    )
    add_contract_argument(made)
    made.add_argument(
        "--html",
        metavar="FILE",
        help="write a page that holds all it needs; what is printed says as much as before",
    )
    return made


def execute(options: argparse.Namespace) -> int:
    """Report; return the exit status."""
    from abidance.cli.codes import codes  # noqa: PLC0415 - `--help` needs none of these
    from abidance.evidence.gathering import evidence  # noqa: PLC0415
    from abidance.evidence.terminal import evidence_text  # noqa: PLC0415
    from abidance.evidence.verdict import verdict  # noqa: PLC0415
    from abidance.report.text.style import Style  # noqa: PLC0415
    from abidance.run.inputs.settings import Settings  # noqa: PLC0415

    paths = contract_paths(options.contracts)
    settings = Settings.load(Path.cwd())
    with store_of(settings.root) as store:
        known = evidence(store, settings.root, paths, {code.id: code for code in codes()})
    if options.html is not None:
        import abidance  # noqa: PLC0415
        from abidance.cli.output_text import write_report  # noqa: PLC0415
        from abidance.pages.report import report_page  # noqa: PLC0415

        write_report(Path(options.html), report_page(known, settings.root, abidance.__version__))
    said = verdict(known)
    sys.stdout.write(evidence_text(known, said, Style.of(sys.stdout)))
    return said.exit_code
