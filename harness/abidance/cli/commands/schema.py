"""`abidance schema`: the JSON Schema of contracts or of reports."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from abidance.cli.outputs import report_to
from abidance.cli.parser import Parser, one_of
from abidance.core.outcome import ExitCode
from abidance.report.json_document import schema

if TYPE_CHECKING:
    import argparse


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "schema",
        "[WHAT] [options]",
        "Prints the JSON Schema (draft 7) of contracts, or of what `--format json` of run or layout writes.",
        example="contract --output .vscode/contract.schema.json",
    )
    made.add_argument(
        "what",
        metavar="WHAT",
        type=one_of("contract", "run", "layout"),
        nargs="?",
        default="contract",
        help="contract (default), run or layout",
    )
    made.add_argument("--output", metavar="FILE", help="write to FILE rather than to stdout")
    return made


def _contract() -> str:
    return files("abidance.contract").joinpath("schema.json").read_text(encoding="utf-8")


def _layout() -> str:
    return files("abidance.report").joinpath("schema/layout.schema.json").read_text(encoding="utf-8")


def execute(options: argparse.Namespace) -> int:
    """Print the schema; return the exit status."""
    text = {"run": schema, "layout": _layout, "contract": _contract}[options.what]()
    report_to(options.output, text)
    return ExitCode.OK
