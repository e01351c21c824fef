"""The entry of the command line, and the only place that catches broadly."""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import abidance
from abidance.cli.commands import COMMANDS, Command
from abidance.cli.interruption import ended_by_signals
from abidance.cli.streams import UnwrittenError, give_up_stdout, named_stdout, open_streams
from abidance.core.call_stack import with_room
from abidance.core.outcome import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

EXIT_STATUS = (
    "exit status: 0 all holds, 1 findings, 2 usage or contract, 3 could not judge, 5 nothing was run"
)

FOLDER_OPTIONS = {f"--{name}-dir": name for name in ("cmake", "meson", "bazel", "cargo")}
"""Print where the part for a build system lies, as its files are in the package."""
EXPORT_OPTION = "--export-archive"
"""Not for people: `--export-archive IN.a OUT.a`, by which CMake prepares a static library for a shared one."""
_EXPORT_WORDS = 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status; `argv` is without the program's name."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    # A large header is a million objects that stay: looking through them for garbage takes a tenth of the time.
    gc.set_threshold(50_000, 20, 100)
    open_streams()
    for stream in (sys.stdout, sys.stderr):
        # Sources may hold characters that the terminal's encoding does not have.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    with ended_by_signals(), named_stdout():
        status = _status(arguments)
        # Python ends itself by SIGINT where one was raised in a text that was executed, as `dataclasses` do, and
        # forgets that when the next one is, although it was taken care of (CPython, `run_eval_code_obj`).
        exec("")  # noqa: S102
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            give_up_stdout()
            return ExitCode.COULD_NOT_JUDGE
        except UnwrittenError as error:
            give_up_stdout()
            return _unwritten(error)
    return status


def program() -> int:
    """Run the command line that the process was started with, and end the process.

    Python would take each object apart first, which for those of a large header takes a fifth of the time.
    """
    status = main()
    threading = sys.modules.get("threading")
    if threading is None or threading.active_count() == 1:
        atexit._run_exitfuncs()  # noqa: SLF001 - what `os._exit` leaves out, and has to be done
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(status)
    return status


@with_room
def _status(arguments: list[str]) -> int:
    """Run the command and return its exit status, whatever is raised."""
    try:
        return _dispatch(arguments)
    except BrokenPipeError:  # whoever read the report has gone
        give_up_stdout()
        return ExitCode.COULD_NOT_JUDGE
    except SystemExit as end:  # argparse, after `--help`
        return int(end.code or 0)
    except KeyboardInterrupt as interruption:
        with contextlib.suppress(OSError):
            sys.stderr.write(f"{str(interruption) or 'interrupted'}\n")
        return ExitCode.COULD_NOT_JUDGE
    except UnwrittenError as error:
        give_up_stdout()
        return _unwritten(error)
    except Exception as error:  # noqa: BLE001 - the only place
        return _failed(error, arguments)


def _dispatch(arguments: list[str]) -> int:
    if arguments[:1] == ["help"]:
        arguments = [*arguments[1:2], "--help"]
    if not arguments or arguments[0] in ("-h", "--help"):
        sys.stdout.write(_overview())
        return ExitCode.OK if arguments else ExitCode.USAGE
    if arguments[0] in ("-V", "--version"):
        sys.stdout.write(f"abidance {abidance.__version__}\n")
        return ExitCode.OK
    if arguments[0] in FOLDER_OPTIONS:
        folder = Path(abidance.__file__).parent / "build_systems" / FOLDER_OPTIONS[arguments[0]]
        sys.stdout.write(f"{folder}\n")
        return ExitCode.OK
    if arguments[0] == EXPORT_OPTION and len(arguments) == _EXPORT_WORDS:
        from abidance.toolchain.static_archives import write_exported  # noqa: PLC0415 - for build systems alone

        write_exported(Path(arguments[1]), Path(arguments[2]), everything=True)
        return ExitCode.OK
    command = _command(arguments[0])
    module = importlib.import_module(f"abidance.cli.commands.{command.module}")
    _check_folder()
    status: int = module.execute(module.parser().options(arguments[1:]))
    return status


def _check_folder() -> None:
    """Raise CannotJudgeError where the working directory is gone: no relative path means anything there."""
    try:
        os.getcwd()  # noqa: PTH109 - it is the call itself that matters
    except OSError as error:
        from abidance.core.system import refused  # noqa: PLC0415 - seldom needed

        words = f"{error.strerror}".lower()
        raise refused("say where this is run", f"{words}; was the working directory removed?") from None


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
    known = (
        [*FOLDER_OPTIONS, "--help", "--version"]
        if kind == "option"
        else [command.name for command in COMMANDS]
    )
    if name.endswith(".contract.yaml"):
        hint = f"`abidance run {name}` runs a contract"
    else:
        hint = did_you_mean(name, known) or "`abidance --help` lists them"
    raise UsageError(Diagnostic(BAD_CONFIGURATION, f"there is no {kind} `{name}`", help=hint))


def _overview() -> str:
    width = max(len(command.name) for command in COMMANDS)
    return "\n".join(
        (
            "usage: abidance COMMAND ...",
            "",
            "Tests C and Rust libraries against one YAML contract.",
            "",
            *(f"  {command.name:<{width}}   {command.summary}" for command in COMMANDS),
            "",
            "`abidance COMMAND --help` tells more.  `--cmake-dir`, `--meson-dir`, `--bazel-dir` and `--cargo-dir`",
            "print where the parts for these build systems are.",
            EXIT_STATUS,
            "",
        )
    )


def _unwritten(error: UnwrittenError) -> int:
    from abidance.cli import breakdown  # noqa: PLC0415
    from abidance.core.system import refused  # noqa: PLC0415

    told = refused("write the report to stdout", f"{error.strerror or error}".lower())
    breakdown.tell(told.diagnostics)
    return told.exit_code


def _failed(error: Exception, arguments: Sequence[str]) -> int:
    from abidance.cli import breakdown  # noqa: PLC0415
    from abidance.core.errors import AbidanceError  # noqa: PLC0415
    from abidance.core.internal_errors import internal_error  # noqa: PLC0415

    told = error if isinstance(error, AbidanceError) else breakdown.of_the_system(error)
    if told is None:
        breakdown.tell((internal_error(error),))
        return ExitCode.COULD_NOT_JUDGE
    breakdown.tell(told.diagnostics)
    if breakdown.wants_json(arguments) and told is error:
        breakdown.tell_json(told)
    return told.exit_code
