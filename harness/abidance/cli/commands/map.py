"""`abidance map`: which functions of a boundary need change and which only insulation, in order, with the reasons."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from abidance.cli.contracts import add_contract_argument
from abidance.cli.parser import Parser, one_of
from abidance.cli.surveying import add_survey_options, surveyed
from abidance.core.outcome import ExitCode

if TYPE_CHECKING:
    import argparse


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
    group.add_argument("--format", metavar="FORMAT", type=one_of("text"), default="text", help="text")
    group.add_argument("-v", dest="verbose", action="store_true", help="show all that is not known")
    return made


def execute(options: argparse.Namespace) -> int:
    """Show the maps; return the exit status."""
    from abidance.migration.map_text import map_lines  # noqa: PLC0415 - `--help` needs none of these
    from abidance.report.text.style import Style  # noqa: PLC0415

    maps = [found for found, _ in surveyed(options)]
    look = Style.of(sys.stdout)
    blocks = ["\n".join(map_lines(each, look, verbose=options.verbose)) for each in maps]
    sys.stdout.write("\n\n".join(blocks) + "\n")
    return ExitCode.OK
