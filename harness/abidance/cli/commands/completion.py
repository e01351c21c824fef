"""`abidance completion`: what a shell needs to complete this program's command lines."""

from __future__ import annotations

import argparse
import sys

from abidance.cli.parser import Parser, one_of
from abidance.core.outcome import ExitCode

SHELLS = ("bash", "zsh", "fish")


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "completion",
        "SHELL",
        "Prints a script that completes commands, options, contracts, functions, codes and cases in a shell.",
        example="bash > ~/.local/share/bash-completion/completions/abidance",
    )
    made.add_argument("shell", metavar="SHELL", nargs="?", type=one_of(*SHELLS), help="bash, zsh or fish")
    # `--ask functions abidance run b.contract.yaml`: what may be written behind these words.
    made.add_argument("--ask", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return made


def execute(options: argparse.Namespace) -> int:
    """Print the script, or the answer to a script; return the exit status."""
    from abidance.cli.shell_completion import answers, script  # noqa: PLC0415 - `--help` needs none of it

    if options.ask:
        sys.stdout.writelines(f"{each}\n" for each in answers(options.ask[0], options.ask[1:]))
        return ExitCode.OK
    if options.shell is None:
        parser().error("say for which shell: bash, zsh or fish")
    sys.stdout.write(script(options.shell))
    return ExitCode.OK
