"""`abidance schema`: the JSON Schema of contracts or of reports."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from abidance.cli.output_text import report_to
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
        "Prints the JSON Schema (draft 7) of contracts, or of what `--format json` of run, layout or abi writes.",
        example="contract --output .vscode/contract.schema.json",
    )
    made.add_argument(
        "what",
        metavar="WHAT",
        type=one_of("contract", "run", "layout", "abi"),
        nargs="?",
        default="contract",
        help="contract (default), run, layout or abi",
    )
    made.add_argument("--output", metavar="FILE", help="write to FILE rather than to stdout")
    return made


def _contract() -> str:
    return files("abidance.contract").joinpath("schema.json").read_text(encoding="utf-8")


def _layout() -> str:
    return files("abidance.report").joinpath("schema/layout.schema.json").read_text(encoding="utf-8")


def _abi() -> str:
    from abidance.report.gate_document import schema as abi_schema  # noqa: PLC0415

    return abi_schema()


def execute(options: argparse.Namespace) -> int:
    """Print the schema; return the exit status."""
    texts = {"run": schema, "layout": _layout, "abi": _abi, "contract": _contract}
    text = texts[options.what]()
    report_to(options.output, text)
    return ExitCode.OK
