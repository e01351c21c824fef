"""The entry of the command line, and the only place that catches broadly."""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING

import abidance
from abidance.cli.commands import COMMANDS, Command
from abidance.core.outcome import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

EXIT_STATUS = (
    "exit status: 0 all holds, 1 findings, 2 usage or contract, 3 could not judge, 5 nothing was run"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status; `argv` is without the program's name."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        # Sources may hold characters that the terminal's encoding does not have.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    try:
        status = _dispatch(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the report has gone. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.COULD_NOT_JUDGE
    except SystemExit as end:  # argparse, after `--help`
        return int(end.code or 0)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return ExitCode.COULD_NOT_JUDGE
    except Exception as error:  # noqa: BLE001 - the only place
        return _failed(error, arguments)
    return status


def _dispatch(arguments: list[str]) -> int:
    if arguments[:1] == ["help"]:
        arguments = [*arguments[1:2], "--help"]
    if not arguments or arguments[0] in ("-h", "--help"):
        sys.stdout.write(_overview())
        return ExitCode.OK if arguments else ExitCode.USAGE
    if arguments[0] in ("-V", "--version"):
        sys.stdout.write(f"abidance {abidance.__version__}\n")
        return ExitCode.OK
    command = _command(arguments[0])
    module = importlib.import_module(f"abidance.cli.commands.{command.module}")
    status: int = module.execute(module.parser().options(arguments[1:]))
    return status


def _command(name: str) -> Command:
    for command in COMMANDS:
        if command.name == name:
            return command
    # Not at the top: `--help` and `--version` need none of these.
    from abidance.core.catalogue import BAD_CONFIGURATION  # noqa: PLC0415
    from abidance.core.diagnostic import Diagnostic  # noqa: PLC0415
    from abidance.core.errors import UsageError  # noqa: PLC0415
    from abidance.core.nearest import did_you_mean  # noqa: PLC0415

    kind = "option" if name.startswith("-") else "command"
    if name.endswith(".contract.yaml"):
        hint = f"`abidance run {name}` runs a contract"
    else:
        hint = did_you_mean(name, [command.name for command in COMMANDS]) or "`abidance --help` lists them"
    raise UsageError(Diagnostic(BAD_CONFIGURATION, f"there is no {kind} `{name}`", help=hint))


def _overview() -> str:
    width = max(len(command.name) for command in COMMANDS)
    return "\n".join(
        (
            "usage: abidance COMMAND ...",
            "",
            "Holds C and Rust libraries to one YAML contract.",
            "",
            *(f"  {command.name:<{width}}   {command.summary}" for command in COMMANDS),
            "",
            "`abidance COMMAND --help` tells more.",
            EXIT_STATUS,
            "",
        )
    )


def _failed(error: Exception, arguments: Sequence[str]) -> int:
    from abidance.cli import breakdown  # noqa: PLC0415
    from abidance.core.errors import AbidanceError  # noqa: PLC0415

    if isinstance(error, AbidanceError):
        breakdown.tell(error.diagnostics)
        if breakdown.wants_json(arguments):
            breakdown.tell_json(error)
        return error.exit_code
    breakdown.tell((breakdown.internal_error(error),))
    return ExitCode.COULD_NOT_JUDGE
