"""`abidance bindings`: a typed ctypes module for a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.cli.contracts import found
from abidance.cli.output_text import report_to
from abidance.cli.parser import Parser
from abidance.core.outcome import ExitCode

if TYPE_CHECKING:
    import argparse


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "bindings",
        "CONTRACT [options]",
        "Writes a ctypes module for the contract's functions, laid out as the compiler lays them out.",
        example="contracts/codec.contract.yaml -o codec.py",
    )
    made.add_argument("contract", metavar="CONTRACT", help="a *.contract.yaml file")
    made.add_argument("-o", "--output", metavar="MODULE.py", help="write to MODULE.py rather than to stdout")
    return made


def execute(options: argparse.Namespace) -> int:
    """Write the module; return the exit status."""
    from abidance.run.commands.bindings import write_bindings  # noqa: PLC0415 - `--help` needs no parser of C

    report_to(options.output, write_bindings(found([options.contract])[0]))
    return ExitCode.OK
