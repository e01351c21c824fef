"""Starting a tool under limits of time and output, without a shell."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS = 60.0
MAX_OUTPUT = 1 << 30  # bytes
_LOOK_EVERY = 0.25  # seconds between looks at the sizes


@dataclass(frozen=True, slots=True)
class Ran:
    """How a tool ended. When it was stopped, `returncode` is negative and `stderr` ends with the reason."""

    returncode: int
    stdout: str
    stderr: str


def start_tool(
    command: tuple[str, ...],
    *,
    stdin: str = "",
    seconds: float,
    cwd: Path | None = None,
    outputs: Sequence[Path] = (),
    largest: int = MAX_OUTPUT,
) -> Ran:
    """Run `command` to its end and return how that was; a tool that fails or is missing raises nothing.

    Messages are in English and temporary files in a directory that is gone afterwards. When `seconds` pass,
    or what it prints or one of `outputs` grows beyond `largest` bytes, the tool is killed with all that it
    started.
    """
    with tempfile.TemporaryDirectory(prefix="abidance-") as name:
        source, out, err = (Path(name, each) for each in ("stdin", "stdout", "stderr"))
        source.write_text(stdin, encoding="utf-8")
        environment = {**os.environ, "LC_ALL": "C", "TMPDIR": name}
        # Files rather than pipes: a grandchild that outlives the driver could hold a pipe open for ever.
        with source.open("rb") as input_, out.open("wb") as output, err.open("wb") as errors:
            try:
                process = subprocess.Popen(
                    command,
                    stdin=input_,
                    stdout=output,
                    stderr=errors,
                    env=environment,
                    cwd=cwd,
                    start_new_session=True,
                )
            except (OSError, ValueError) as error:
                return Ran(127, "", f"{command[0]}: {error}")
            stopped = _wait(process, seconds, (out, err, *outputs), largest)
        stdout, stderr = (_text(each, largest) for each in (out, err))
        return Ran(process.returncode if not stopped else -signal.SIGKILL, stdout, stderr + stopped)


def _wait(process: subprocess.Popen[bytes], seconds: float, outputs: Sequence[Path], largest: int) -> str:
    """Wait for the tool's end, kill it when it must not go on, and say why, or nothing."""
    until = time.monotonic() + seconds
    try:
        while not _ended(process, min(_LOOK_EVERY, until - time.monotonic())):
            if time.monotonic() > until:
                _kill(process)
                return f"stopped after {seconds:g} s\n"
            if _too_large(outputs, largest):
                break
    except BaseException:
        _kill(process)
        raise
    if _too_large(outputs, largest):
        _kill(process)
        return f"its output grows beyond {largest >> 20} MiB\n"
    return ""


def _ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait for at most `seconds` and tell whether the process ended."""
    with contextlib.suppress(OSError, AttributeError):  # no pidfd before Linux 5.3
        # `Popen.wait` with a time limit sleeps for up to 50 ms after the end.
        descriptor = os.pidfd_open(process.pid)
        try:
            poll = select.poll()
            poll.register(descriptor, select.POLLIN)
            poll.poll(max(seconds, 0.0) * 1000)
        finally:
            os.close(descriptor)
        return process.poll() is not None
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(max(seconds, 0.0))
    return process.poll() is not None


def _too_large(outputs: Sequence[Path], largest: int) -> bool:
    return any(path.stat().st_size > largest for path in outputs if path.exists())


def _text(path: Path, largest: int) -> str:
    with path.open("rb") as file:
        return file.read(largest).decode("utf-8", "replace")


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):  # it ended while this process was interrupted
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
