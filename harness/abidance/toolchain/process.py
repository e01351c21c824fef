"""The one way a tool is started: an argument list, limits of time and output, no shell, what it said kept."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from abidance.core.limits import why
from abidance.core.system import FULL_WORDS, full_place, refusal, refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST_OUTPUT = 64 << 20  # bytes read back of one stream: a tool gone wild must not fill this process
_MAKE_VARIABLES = frozenset({"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "CARGO_MAKEFLAGS"})
MAX_OUTPUT = 1 << 30
"""Bytes that a tool may write to one place before it is ended."""
_LATE = "stopped after"
_LOOK_EVERY = 0.25  # seconds between looks at the sizes
_LOOK_AGAIN = 0.01
_PATIENCE = 1.0  # seconds in which a tool that is to end may remove what it wrote
# A limit that is set once the tool runs comes too late for what it has started by then.
_LIMITED = ("/bin/sh", "-c", 'ulimit -v "$1"; shift; exec "$@"', "sh")
_FILE_LIMIT = "File size limit exceeded"  # what a compiler's driver says of a part of it
_NOT_STARTED = 127  # what a shell answers for a command it cannot start


@dataclass(frozen=True, slots=True)
class Finished:
    """How a tool ended. `status` is negative for a signal and 127 when it could not be started.

    `stopped` says why it was killed, when it was: it took too long, or wrote too much.
    """

    command: tuple[str, ...]
    status: int
    stdout: str
    stderr: str
    seconds: float
    timed_out: bool = False
    stopped: str = ""

    @property
    def ok(self) -> bool:
        """Tell whether the tool says that it succeeded."""
        return self.status == 0 and not self.stopped


def run_tool(
    command: Sequence[str | Path],
    *,
    seconds: float,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    stdin: str = "",
    outputs: Sequence[Path] = (),
    largest: int = MAX_OUTPUT,
    memory: int = 0,
) -> Finished:
    """Start `command`, wait for it, and return how it ended; nothing is raised for a tool that fails.

    CannotJudgeError is raised where the system has no space, memory, descriptor or process left for it.

    `environment` is the whole environment of the tool (default: this process's, with messages in English).
    When `seconds` pass, this process is interrupted, or what the tool prints or one of `outputs` grows beyond
    `largest` bytes, the tool and all that it started are ended. `memory` is the most bytes of address space that each
    of them may have.
    """
    words = tuple(str(word) for word in command)
    started = time.monotonic()
    written = [Path(after).parent for word, after in itertools.pairwise(words) if word == "-o"]
    places = (str(cwd) if cwd else os.curdir, *map(str, (*written, *(path.parent for path in outputs))))
    # Files rather than pipes: a compiler cache or build server that outlives the tool keeps a pipe open.
    with _temporary() as given, _temporary() as out, _temporary() as err:
        _fill(given, stdin)
        try:
            process = subprocess.Popen(
                (*_LIMITED, str(memory >> 10), *words) if memory else words,
                stdin=given,
                stdout=out,
                stderr=err,
                cwd=cwd,
                env=dict(environment) if environment is not None else english_environment(),
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            if told := refusal(error, f"start `{words[0]}`"):
                raise told from None
            return Finished(words, _NOT_STARTED, "", f"{words[0]}: {error}", time.monotonic() - started)
        sizes = _Sizes((out, err), tuple(outputs), largest)
        stopped = _wait(process, seconds, sizes)
        spent = time.monotonic() - started
        late = stopped.startswith(_LATE)
        most = min(largest, _MOST_OUTPUT)
        ran = Finished(words, process.returncode, _text(out, most), _text(err, most), spent, late, stopped)
        if ran.status == -signal.SIGXFSZ or (not ran.ok and _FILE_LIMIT in ran.stderr):
            raise refused(f"let `{words[0]}` write", why(OSError(errno.EFBIG, "")))
        if not ran.ok and FULL_WORDS in ran.stderr + ran.stdout:
            # What the tool makes of it says anything but that: "refuses the header", "file not recognized".
            raise refused(f"let `{words[0]}` write", FULL_WORDS.lower(), full_place(*places), full=True)
        return ran


def _temporary() -> IO[bytes]:
    try:
        return tempfile.TemporaryFile()
    except OSError as error:
        # Without a folder that takes a file, Python says that it found none, and no number.
        raise refused(
            "make a temporary file", str(error.strerror or error).lower(), full_place(), full=True
        ) from None


def _fill(file: IO[bytes], text: str) -> None:
    try:
        file.write(text.encode())
        file.seek(0)
    except OSError as error:
        raise refusal(error, "make a temporary file") or error from None


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


@dataclass(frozen=True, slots=True)
class _Sizes:
    """What a tool writes, and how large it may become."""

    streams: tuple[IO[bytes], ...]
    files: tuple[Path, ...]
    largest: int

    def exceeded(self) -> bool:
        """Tell whether one of them is too large."""
        written = [os.fstat(stream.fileno()).st_size for stream in self.streams]
        written += [path.stat().st_size for path in self.files if path.exists()]
        return any(size > self.largest for size in written)


def _wait(process: subprocess.Popen[bytes], seconds: float, sizes: _Sizes) -> str:
    """Wait for the tool's end, kill it when it must not go on, and say why, or nothing."""
    until = time.monotonic() + seconds
    try:
        while not _ended(process, min(_LOOK_EVERY, until - time.monotonic())):
            if time.monotonic() > until:
                _end(process)
                return f"{_LATE} {seconds:g} s"
            if sizes.exceeded():
                break
    except BaseException:
        _end(process)
        raise
    if sizes.exceeded():
        _kill(process)
        return f"its output grows beyond {sizes.largest >> 20} MiB"
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


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the tool and all that it started to end, so that they remove what is half written, and then make them."""
    _signal_all(process, signal.SIGTERM)
    until = time.monotonic() + _PATIENCE
    while _session(process.pid) and time.monotonic() < until:
        _ended(process, _LOOK_AGAIN)
        time.sleep(0 if process.returncode is None else _LOOK_AGAIN)
    _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    # What one of them starts while the list is read is in the next list.
    while _signal_all(process, signal.SIGKILL):
        time.sleep(_LOOK_AGAIN)
    process.wait()


def _signal_all(process: subprocess.Popen[bytes], number: int) -> bool:
    found = _session(process.pid)
    for each in found:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(each, number)
    return bool(found)


def _session(leader: int) -> list[int]:
    """Return the processes of a session that have not ended: ninja gives each of its own a process group."""
    found = []
    for name in os.listdir("/proc"):  # noqa: PTH208 - thousands, of which the name will do
        if name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                state, _, _, session = Path(f"/proc/{name}/stat").read_bytes().rpartition(b")")[2].split()[:4]
                if int(session) == leader and state not in (b"Z", b"X"):
                    found.append(int(name))
    return found


def _text(stream: IO[bytes], most: int) -> str:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - most))
    return stream.read().decode("utf-8", "replace")
