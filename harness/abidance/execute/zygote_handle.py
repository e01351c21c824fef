"""The parent's hold on a zygote: its process, the control socket, what it says."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
from typing import TYPE_CHECKING

from abidance.core.catalogue import LIBRARY_UNLOADABLE, WORKER_LOST, WORKER_NOT_STARTED
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError
from abidance.execute.channel import Channel
from abidance.execute.greeting import Proofs, read_greeting
from abidance.execute.launch import preloads, start_zygote
from abidance.execute.modules import ModuleMap
from abidance.execute.protocol import (
    CONTROL_GONE,
    END,
    ENDED,
    FAILED,
    MOST_WORDS,
    PROCESS,
    READY,
    REFUSED,
    STARTED,
)
from abidance.execute.spec import START_SECONDS
from abidance.toolchain.preloading import preloadable
from abidance.watch.build import arena_path

if TYPE_CHECKING:
    from abidance.execute.spec import WorkerSpec

_END_SECONDS = 1.0


class ZygoteGoneError(Exception):
    """The zygote ended, or no longer does what it is asked to."""


class NotStartedError(Exception):
    """A worker did not come up; the words say why."""


class ZygoteHandle:
    """A zygote that has loaded the library. At most one worker at a time."""

    def __init__(self, spec: WorkerSpec, start_seconds: float = START_SECONDS) -> None:
        """Start it and wait until the library is loaded; raises CannotJudgeError when it cannot be."""
        self._spec = spec
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._log = os.memfd_create("abidance-zygote")
        self._modules: ModuleMap | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.proofs = Proofs()
        """What the sanitizers have shown."""
        try:
            with preloadable(preloads(spec)) as preload:
                with theirs:
                    process = self._process = start_zygote(spec, arena_path(), theirs, self._log, preload)
                self._expect_ready(process, start_seconds)
        except BaseException:
            self.close()
            raise

    @property
    def modules(self) -> ModuleMap:
        """Return where the workers' modules are: where the zygote's were when they were forked."""
        if self._modules is None and self._process is not None:
            self._modules = ModuleMap.of(self._process.pid, str(self._spec.library))
        return self._modules or ModuleMap("")

    def fork(self) -> Channel:
        """Have a worker started and return this side of it; it may not run yet. Raises ZygoteGoneError."""
        try:
            return Channel(self.control)
        except OSError:
            raise ZygoteGoneError from None

    def receive(self) -> tuple[int, int | None]:
        """Return a message about a worker: its process id, and its wait status once it has ended.

        Call it when `control` is readable. Raises ZygoteGoneError, NotStartedError.
        """
        try:
            message = self.control.recv(MOST_WORDS + 1)
        except OSError:
            message = b""
        kind, rest = message[:1], message[1:]
        if kind == STARTED and len(rest) == PROCESS.size:
            return PROCESS.unpack(rest)[0], None
        if kind == ENDED and len(rest) == END.size:
            pid, status = END.unpack(rest)
            return pid, status
        if kind == REFUSED:
            raise NotStartedError(rest.decode("utf-8", "replace"))
        raise ZygoteGoneError

    def close(self) -> None:
        """End the zygote and its worker; a second time does nothing."""
        self.control.close()
        process, self._process = self._process, None
        if process is not None:
            # The end of the conversation tells the zygote to end its worker and all that this one started.
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(OSError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        log, self._log = self._log, -1
        if log >= 0:
            os.close(log)

    def forget(self) -> None:
        """Drop what a fork of this process has inherited, without ending what belongs to its parent."""
        self.control.close()
        if self._process is not None:
            self._process.returncode = 0  # else its destructor would complain about a process still running
            self._process = None
        if self._log >= 0:
            os.close(self._log)
            self._log = -1

    def _expect_ready(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        name = self._spec.library.name
        if not select.select([self.control], [], [], seconds)[0]:
            raise _unloadable(f"`{name}` was not loaded within {seconds:g} s", self._printed())
        try:
            message = self.control.recv(MOST_WORDS + 1)
        except OSError:
            message = b""
        if message[:1] == READY:
            self.proofs = read_greeting(message[1:])
            return
        if message[:1] == FAILED:
            words = message[1:].decode("utf-8", "replace")
            raise _unloadable(f"the dynamic linker refuses `{name}`: {words}", "")
        status = process.wait()
        if status == CONTROL_GONE:
            words = f"loading `{name}` closes descriptors that it did not open, so nobody can speak to it"
            raise _unloadable(words, self._printed())
        how = f"was ended by {signal_name(-status)}" if status < 0 else f"ended with status {status}"
        raise _unloadable(f"the process that loads `{name}` {how}", self._printed())

    def _printed(self) -> str:
        return os.pread(self._log, MOST_WORDS, 0).decode("utf-8", "replace")


def lost(message: str, output: str = "") -> CannotJudgeError:
    """Return the error for a worker that could not be kept alive."""
    return CannotJudgeError(Diagnostic(WORKER_LOST, message, notes=_notes(output)))


def not_started(library: str, words: str, output: str = "") -> CannotJudgeError:
    """Return the error for a worker that never came up: nothing was called, so nobody is to blame."""
    message = f"the worker for `{library}` could not start: {words}"
    return CannotJudgeError(
        Diagnostic(
            WORKER_NOT_STARTED,
            message,
            notes=_notes(output),
            help="nothing was called; what a constructor of the library left behind is told by its `load` item",
        )
    )


def _unloadable(message: str, output: str) -> CannotJudgeError:
    return CannotJudgeError(Diagnostic(LIBRARY_UNLOADABLE, message, notes=_notes(output)))


def _notes(output: str) -> tuple[str, ...]:
    return tuple(line.rstrip() for line in output.splitlines() if line.strip())[:8]


def signal_name(number: int) -> str:
    """Return the name of a signal, or words with its number."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
