"""`abidance abi snapshot`: write down what a boundary, header or library is now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.contracts import SUFFIX
from abidance.cli.headers import add_header_options, defines_of
from abidance.cli.parser import Parser
from abidance.core.outcome import ExitCode

if TYPE_CHECKING:
    import argparse


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "abi snapshot",
        "SUBJECT [options]",
        "Writes down the ABI of a contract's boundary, a header, a shared object or an object file: one fact per line.",
        example="lib/libcodec.so --header include/codec.h --output codec.abi.json",
    )
    made.add_argument("subject", metavar="SUBJECT", help="a contract, header, library or object file")
    made.add_argument("--header", metavar="H", help="restrict a library to what this header declares")
    made.add_argument("--library", metavar="FILE", help="compare this shared object, and build none")
    made.add_argument("--no-build", action="store_true", help="compare no library at all")
    add_header_options(made)
    made.add_argument("--debug-file", metavar="FILE", action="append", default=[], help="debug information")
    made.add_argument("--output", metavar="FILE", help="write to FILE rather than to stdout")
    return made


def execute(options: argparse.Namespace) -> int:
    """Write the snapshot; return the exit status."""
    from abidance.abi.gate.boundaries import present  # noqa: PLC0415 - `--help` needs no parser of C
    from abidance.abi.gate.sides import SideArguments, side  # noqa: PLC0415
    from abidance.abi.snapshot import Snapshot, write_snapshot  # noqa: PLC0415
    from abidance.cli.output_text import report_to  # noqa: PLC0415

    debug_files = tuple(Path(each).absolute() for each in options.debug_file)
    if options.subject.endswith(SUFFIX):
        library = Path(options.library).absolute() if options.library else None
        snapshot = present(Path(options.subject), library, debug_files, build=not options.no_build).snapshot()
    else:
        header = Path(options.header) if options.header else None
        folders = tuple(Path(each).absolute() for each in options.include_dirs)
        found = side(SideArguments(Path(options.subject), header, folders, defines_of(options), debug_files))
        snapshot = Snapshot(found.facts, Path(options.subject).name.partition(".")[0], found.version)
    report_to(options.output, write_snapshot(snapshot))
    return ExitCode.OK
