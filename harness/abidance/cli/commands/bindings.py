"""`abidance bindings`: a typed ctypes module for a contract."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.contracts import contract_paths
from abidance.cli.output_text import report_to, unwritable, write_report
from abidance.cli.parser import Parser
from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
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
    made.add_argument(
        "--stubs",
        metavar="DIR|FILE",
        help="write call stubs for what only a compiler passes: to FILE.c as source, to FILE.so compiled, to DIR both",
    )
    return made


def execute(options: argparse.Namespace) -> int:
    """Write the module and its call stubs; return the exit status."""
    from abidance.run.commands.bindings import StubFilesWanted, write_bindings  # noqa: PLC0415 - `--help` needs no parser of C

    contract = contract_paths([options.contract])[0]
    if options.stubs is None:
        report_to(options.output, write_bindings(contract).module)
        return ExitCode.OK
    if options.output is None:
        message = "`--stubs` needs `-o MODULE.py`: the module finds its stubs from where it is"
        raise UsageError(Diagnostic(BAD_CONFIGURATION, message))
    module = Path(options.output)
    stubs = StubFilesWanted.of(options.stubs, module)
    try:
        # The way to the header begins there.
        stubs.output.parent.mkdir(parents=True, exist_ok=True)
        written = write_bindings(contract, module, stubs)
        if written.companion is None:
            sys.stderr.write("no function takes a call stub, so none is written\n")
        elif stubs.compiled:
            written.companion.compile(stubs.output)
    except OSError as error:
        raise unwritable(Path(error.filename or stubs.output), error.strerror or str(error)) from None
    if written.source and stubs.source is not None:
        write_report(stubs.source, written.source)
    report_to(module, written.module)
    return ExitCode.OK
