"""`abidance lsp`: the language server of contracts."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import abidance
from abidance.cli.parser import Parser
from abidance.core.catalogue import TOOL_MISSING
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.core.outcome import ExitCode

if TYPE_CHECKING:
    import argparse


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "lsp",
        "[options]",
        "Answers an editor on stdin and stdout, in the Language Server Protocol. Calls and builds nothing.",
        example="",
    )
    made.add_argument("--stdio", action="store_true", help="talk on stdin and stdout, as is done anyway")
    made.add_argument(
        "--vscode-dir", action="store_true", help="print the folder with the extension for VS Code, and end"
    )
    return made


def execute(options: argparse.Namespace) -> int:
    """Answer until the editor ends it; return the exit status."""
    if options.vscode_dir:
        sys.stdout.write(f"{Path(abidance.__file__).parent / 'editor' / 'vscode'}\n")
        return ExitCode.OK
    if find_spec("pygls") is None:
        message = "the language server needs pygls, which is not installed"
        raise UsageError(Diagnostic(TOOL_MISSING, message, help="`pip install 'abidance[lsp]'`"))
    from abidance.cli.codes import codes  # noqa: PLC0415 - the checks bring the boundary model
    from abidance.editor.server import serve  # noqa: PLC0415 - only this command needs pygls

    serve(codes)
    return ExitCode.OK
