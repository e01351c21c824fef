"""The parent's hold on a zygote: its process, the control socket, what it says."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import signal
import socket
import struct
import subprocess
import time
from typing import TYPE_CHECKING

from abidance.core.catalogue import LIBRARY_UNLOADABLE, WORKER_LOST, WORKER_NOT_STARTED
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError
from abidance.core.limits import why
from abidance.execute.channel import Channel
from abidance.execute.greeting import Proofs, read_greeting
from abidance.execute.launch import end_marked, preloads, start_zygote
from abidance.execute.loading import Load, decode_changes
from abidance.execute.modules import ModuleMap
from abidance.execute.protocol import (
    CONTROL_GONE,
    CRASHED,
    END,
    ENDED,
    FAILED,
    LOADED,
    LOADING,
    MAPS,
    MOST_MAPS,
    MOST_WORDS,
    PRINTED,
    PROCESS,
    READY,
    REFUSED,
    STACK,
    STARTED,
)
from abidance.execute.spec import LOAD_SECONDS, START_SECONDS
from abidance.execute.symbols import named
from abidance.toolchain.preloading import preloadable
from abidance.watch.build import arena_path

if TYPE_CHECKING:
    from abidance.execute.spec import WorkerSpec
    from abidance.plan.observation import StackFrame

_END_SECONDS = 1.0
_GLANCE = 0.1


_HUNG_UP = (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN, errno.EBADF)


class ZygoteGoneError(Exception):
    """The zygote ended, or no longer does what it is asked to."""


class LoadFailedError(CannotJudgeError):
    """The library was not loaded. `by_itself` tells that its own code did that: it crashed, ended, or did not end.

    `frames` are where a constructor was that crashed.
    """

    def __init__(
        self,
        message: str,
        output: str = "",
        *,
        by_itself: bool = False,
        help: str = "",  # noqa: A002
        frames: tuple[StackFrame, ...] = (),
    ) -> None:
        super().__init__(Diagnostic(LIBRARY_UNLOADABLE, message, notes=_notes(output), help=help or None))
        self.by_itself = by_itself
        self.frames = frames


class NotStartedError(Exception):
    """A worker did not come up; the words say why."""


class ZygoteHandle:
    """A zygote that has loaded the library. At most one worker at a time."""

    def __init__(
        self,
        spec: WorkerSpec,
        start_seconds: float = START_SECONDS,
        load_seconds: float = LOAD_SECONDS,
        *,
        apart: bool = False,
    ) -> None:
        """Start it and wait until the library is loaded; raises CannotJudgeError, LoadFailedError when it cannot be.

        With `apart` it loads nothing, and each worker does.
        """
        self._spec = spec
        self._apart = apart
        self._mark = os.urandom(12).hex()
        self.load = Load()
        """What loading has shown, where this zygote has loaded anything."""
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._log = os.memfd_create("abidance-zygote")
        self._modules: ModuleMap | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.proofs = Proofs()
        """What the sanitizers have shown."""
        try:
            with preloadable(preloads(spec)) as preload:
                with theirs:
                    process = self._process = start_zygote(
                        spec, arena_path(), theirs, self._log, preload, self._mark, apart=apart
                    )
                self._expect_ready(process, start_seconds, load_seconds)
        except BaseException:
            self.close()
            raise

    @property
    def modules(self) -> ModuleMap:
        """Return where the workers' modules are: where the zygote's were when they were forked."""
        if self._modules is None and self._process is not None and not self._apart:
            self._modules = ModuleMap.of(self._process.pid, str(self._spec.library))
        return self._modules or ModuleMap("")

    @property
    def has_ended(self) -> bool:
        """Tell whether the process has ended."""
        return self._process is not None and self._process.poll() is not None

    def fork(self) -> Channel:
        """Have a worker started and return this side of it; it may not run yet.

        Raises ZygoteGoneError, and NotStartedError where this process is refused what it takes.
        """
        try:
            return Channel(self.control)
        except (OSError, MemoryError) as error:
            if isinstance(error, OSError) and error.errno in _HUNG_UP:
                raise ZygoteGoneError from None
            raise NotStartedError(f"make its mailbox: {why(error)}") from None

    def receive(self) -> tuple[int, int | None]:
        """Return a message about a worker: its process id, or 0, and its wait status once it has ended.

        Call it when `control` is readable. Raises ZygoteGoneError, NotStartedError.
        """
        try:
            message = self.control.recv(MOST_MAPS + 1)
        except OSError:
            message = b""
        kind, rest = message[:1], message[1:]
        if kind == MAPS:
            self._modules = ModuleMap(rest.decode("utf-8", "surrogateescape"), str(self._spec.library))
            return 0, None
        if kind == STARTED and len(rest) == PROCESS.size:
            return PROCESS.unpack(rest)[0], None
        if kind == ENDED and len(rest) == END.size:
            pid, status = END.unpack(rest)
            return pid, status
        if kind == REFUSED:
            raise NotStartedError(rest.decode("utf-8", "replace"))
        raise ZygoteGoneError

    def wake(self) -> None:
        """Have the zygote go on, if a library has stopped it."""
        if self._process is not None:
            with contextlib.suppress(OSError):
                os.kill(self._process.pid, signal.SIGCONT)

    def close(self) -> None:
        """End the zygote and its worker; a second time does nothing."""
        self.control.close()
        process, self._process = self._process, None
        if process is not None:
            # The end of the conversation tells the zygote to end its worker and all that this one started.
            with contextlib.suppress(OSError):
                os.kill(process.pid, signal.SIGCONT)  # which it must not sleep through
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(OSError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            if process.returncode != 0:
                end_marked(self._mark)
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

    def _expect_ready(
        self, process: subprocess.Popen[bytes], start_seconds: float, load_seconds: float
    ) -> None:
        name = self._spec.library.name
        began, seconds, loading = 0, start_seconds, False
        crashed: tuple[StackFrame, ...] = ()
        while True:
            if not self._speaks(process, seconds):
                if not loading:
                    raise lost(f"the process that is to load `{name}` did not start within {seconds:g} s")
                raise LoadFailedError(
                    f"loading `{name}` did not end within {seconds:g} s",
                    self._printed(began),
                    by_itself=True,
                    help="`load_limit` of the configuration is how long it may take",
                )
            try:
                message = self.control.recv(MOST_WORDS + 1)
            except OSError:
                message = b""
            kind, rest = message[:1], message[1:]
            if kind == LOADING:
                loading, seconds = True, load_seconds
                began = PRINTED.unpack(rest)[0] if len(rest) == PRINTED.size else 0
            elif kind == LOADED:
                loading, seconds = False, start_seconds
                self.load = Load(decode_changes(rest), os.pread(self._log, MOST_WORDS, began))
            elif kind == READY:
                self.proofs = read_greeting(rest)
                return
            elif kind == CRASHED:
                crashed = self._stack(rest)
            else:
                break
        if kind == FAILED and not loading:
            raise not_started(name, rest.decode("utf-8", "replace"), help=_OWN_OBJECTS)
        if kind == FAILED:
            raise LoadFailedError(f"the dynamic linker rejects `{name}`: {rest.decode('utf-8', 'replace')}")
        try:
            status = process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            status = CONTROL_GONE  # it runs, and does not speak any more
        words = self._printed(began)
        if status == CONTROL_GONE:
            raise LoadFailedError(
                f"loading `{name}` closes, replaces or writes to descriptors that it did not open",
                words,
                by_itself=True,
            )
        how = f"was ended by {signal_name(-status)}" if status < 0 else f"ended with status {status}"
        if not loading:
            raise lost(f"the process that is to load `{name}` {how}", words)
        how = f"crashes ({signal_name(-status)})" if status < 0 else f"ends the process with status {status}"
        if status == -signal.SIGKILL:
            raise lost(f"the process that loads `{name}` was killed by SIGKILL", words)
        raise LoadFailedError(f"loading `{name}` {how}", words, by_itself=True, frames=crashed)

    def _stack(self, words: bytes) -> tuple[StackFrame, ...]:
        """Return where a constructor was when it crashed, with names: the frames of no library of the system's."""
        if len(words) < STACK.size:
            return ()
        (count,) = STACK.unpack_from(words)
        end = STACK.size + 8 * count
        addresses = struct.unpack_from(f"<{count}Q", words, STACK.size) if len(words) >= end else ()
        modules = ModuleMap(words[end:].decode("utf-8", "surrogateescape"), str(self._spec.library))
        return named(modules.stack(addresses))

    def _speaks(self, process: subprocess.Popen[bytes], seconds: float) -> bool:
        """Wait until the zygote says something or has ended; tell whether it has.

        Its end alone would not show on the socket: what a library has started may hold it open.
        """
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if select.select([self.control], [], [], min(left, _GLANCE))[0]:
                return True
            if process.poll() is not None:
                self.control.setblocking(False)
                return True
        return False

    def _printed(self, began: int) -> str:
        return os.pread(self._log, MOST_WORDS, began).decode("utf-8", "replace")


def lost(message: str, output: str = "") -> CannotJudgeError:
    """Return the error for a worker that could not be kept alive."""
    return CannotJudgeError(Diagnostic(WORKER_LOST, message, notes=_notes(output)))


_CONSTRUCTORS = (
    "nothing was called; what a constructor of the library left behind is reported by its `load` item"
)
_OWN_OBJECTS = (
    "abidance loads objects of its own from its cache; name a folder with `ABIDANCE_CACHE_DIR` that allows it"
)


def not_started(
    library: str,
    words: str,
    output: str = "",
    help: str = _CONSTRUCTORS,  # noqa: A002
) -> CannotJudgeError:
    """Return the error for a worker that never came up: nothing was called, so nobody is to blame."""
    message = f"the worker for `{library}` could not start: {words}"
    return CannotJudgeError(Diagnostic(WORKER_NOT_STARTED, message, notes=_notes(output), help=help))


def _notes(output: str) -> tuple[str, ...]:
    return tuple(line.rstrip() for line in output.splitlines() if line.strip())[:8]


def signal_name(number: int) -> str:
    """Return the name of a signal, or words with its number."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
