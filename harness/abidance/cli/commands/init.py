"""`abidance init`: the first contract of a header."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.headers import add_header_options, defines_of
from abidance.cli.output_text import report_to
from abidance.cli.parser import Parser
from abidance.core.outcome import ExitCode

if TYPE_CHECKING:
    import argparse


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "init",
        "HEADER [options]",
        "Drafts a contract from a header. Runs nothing but the compiler.",
        example="include/codec.h -o contracts/codec.contract.yaml",
    )
    made.add_argument("header", metavar="HEADER", help="a C header")
    made.add_argument("-o", "--output", metavar="FILE", help="write to FILE; `-` is stdout")
    made.add_argument("--prefix", metavar="P", help="only functions whose names begin with P")
    add_header_options(made)
    return made


def execute(options: argparse.Namespace) -> int:
    """Write the contract; return the exit status."""
    from abidance.draft.drafting import draft  # noqa: PLC0415 - `--help` needs no parser of C
    from abidance.draft.rendering import render  # noqa: PLC0415
    from abidance.draft.source import DraftSource  # noqa: PLC0415
    from abidance.toolchain.compiler import find_compiler  # noqa: PLC0415

    source = DraftSource(
        Path(options.header),
        find_compiler(),
        tuple(map(Path, options.include_dirs)),
        defines_of(options),
        prefix=options.prefix,
    )
    output = None if options.output in (None, "-") else options.output
    report_to(output, render(draft(source)))
    return ExitCode.OK
