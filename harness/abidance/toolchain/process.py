"""The one way builders and surveys start a tool: an argument list, a time limit, no shell, output kept."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST_OUTPUT = 64 << 20  # bytes read back of one stream: a tool gone wild must not fill this process
_MAKE_VARIABLES = frozenset({"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "CARGO_MAKEFLAGS"})
_NOT_STARTED = 127  # what a shell answers for a command it cannot start


@dataclass(frozen=True, slots=True)
class Finished:
    """How a tool ended. `status` is negative for a signal and 127 when it could not be started."""

    command: tuple[str, ...]
    status: int
    stdout: str
    stderr: str
    seconds: float
    timed_out: bool = False

    @property
    def ok(self) -> bool:
        """Tell whether the tool says that it succeeded."""
        return self.status == 0 and not self.timed_out


def run_tool(
    command: Sequence[str | Path],
    *,
    seconds: float,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Finished:
    """Start `command`, wait for it, and return how it ended; nothing is raised for a tool that fails.

    `environment` is the whole environment of the tool (default: this process's, with messages in English).
    When `seconds` pass, or this process is interrupted, the tool and all that it started are killed.
    """
    words = tuple(str(word) for word in command)
    started = time.monotonic()
    # Files rather than pipes: a compiler cache or build server that outlives the tool keeps a pipe open.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=cwd,
                env=dict(environment) if environment is not None else english_environment(),
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            return Finished(words, _NOT_STARTED, "", f"{words[0]}: {error}", time.monotonic() - started)
        timed_out = _wait(process, seconds)
        spent = time.monotonic() - started
        return Finished(words, process.returncode, _text(out), _text(err), spent, timed_out)


def tool_environment(**more: str) -> dict[str, str]:
    """Return this process's environment for a tool, without what would tie it to a `make` above us.

    A job server's descriptors do not reach the tools that are started here, and cargo insists on them.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _MAKE_VARIABLES}
    return {**kept, **more}


def english_environment(**more: str) -> dict[str, str]:
    """Return the environment of a tool whose messages should be plain English without colour."""
    return tool_environment(LC_ALL="C", NO_COLOR="1", CLICOLOR_FORCE="0", **more)


def find_tool(*names: str) -> Path | None:
    """Return the first of `names` that is on PATH, beside this Python, or where system tools live."""
    beside = str(Path(sys.executable).parent)
    places = os.pathsep.join((os.environ.get("PATH", os.defpath), beside, "/usr/sbin", "/sbin"))
    for name in names:
        if found := shutil.which(name, path=places):
            return Path(found)
    return None


def _wait(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait for the tool and tell whether it had to be killed."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        _kill(process)
        return True
    except BaseException:
        _kill(process)
        raise
    return False


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):  # it ended by itself while this process was interrupted
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _text(stream: IO[bytes]) -> str:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - _MOST_OUTPUT))
    return stream.read().decode("utf-8", "replace")
