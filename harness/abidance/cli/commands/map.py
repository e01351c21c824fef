"""`abidance map`: which functions of a boundary need change and which only insulation, in order, with the reasons."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.contracts import add_contract_argument
from abidance.cli.parser import Parser, one_of
from abidance.cli.surveying import add_report_option, add_survey_options, surveyed
from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.core.outcome import ExitCode

if TYPE_CHECKING:
    import argparse

    from abidance.migration.model import BoundaryMap


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "map",
        "CONTRACT... [options]",
        "Ranks the functions of a boundary by what kept runs, the ABI gate and traces have shown: which need change,\n"
        "which only insulation, and of which too little is known. Functions that can only move together are one unit.\n"
        "Nothing is called; the library in use is built, if it is not yet, for its machine code is read.",
        example="contracts/codec.contract.yaml",
    )
    add_contract_argument(made)
    add_survey_options(made)
    group = made.add_argument_group("the map")
    group.add_argument(
        "--format", metavar="FORMAT", type=one_of("text", "json"), default="text", help="text or json"
    )
    group.add_argument("--html", metavar="FILE", help="write it as a page to FILE as well")
    add_report_option(group)
    group.add_argument("--svg", metavar="FILE", help="write the picture of one contract to FILE as well")
    group.add_argument("-v", dest="verbose", action="store_true", help="show all that is not known")
    return made


def execute(options: argparse.Namespace) -> int:
    """Show the maps; return the exit status."""
    from abidance.cli.output_text import write_report  # noqa: PLC0415 - `--help` needs none of these

    maps = [found for found, _ in surveyed(options)]
    if options.svg is not None:
        from abidance.migration.picture import picture_file  # noqa: PLC0415

        _only_one(maps)
        write_report(Path(options.svg), picture_file(maps[0]))
    if options.html is not None:
        from abidance.migration.map_page import map_page  # noqa: PLC0415

        write_report(Path(options.html), map_page(maps, options.report))
    if options.format == "json":
        import json  # noqa: PLC0415

        from abidance.migration.map_document import map_document  # noqa: PLC0415

        sys.stdout.write(json.dumps(map_document(maps), indent=2, ensure_ascii=False) + "\n")
    else:
        from abidance.migration.map_text import map_lines, overview_lines  # noqa: PLC0415
        from abidance.report.text.style import Style  # noqa: PLC0415

        look = Style.of(sys.stdout)
        blocks = ["\n".join(overview_lines(maps, look, verbose=options.verbose))] if len(maps) > 1 else []
        blocks += ["\n".join(map_lines(each, look, verbose=options.verbose)) for each in maps]
        sys.stdout.write("\n\n".join(blocks) + "\n")
    return ExitCode.OK


def _only_one(maps: list[BoundaryMap]) -> None:
    if len(maps) > 1:
        message = "`--svg` draws one contract, and several are named"
        raise UsageError(Diagnostic(BAD_CONFIGURATION, message, help="name one; `--html` takes several"))
