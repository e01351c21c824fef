"""The process that workers are forked from: Python, sanitizer runtime and library are loaded once.

It calls nothing but the library's constructors, so it outlives every worker. Start it with
`abidance.execute.launch`; it imports the standard library, `plan`, `binding` and `watch.arena`, no more.
"""

from __future__ import annotations

import ctypes
import errno
import gc
import os
import resource
import select
import signal
import socket
import sys
import time
from typing import TYPE_CHECKING, NoReturn

from abidance.binding.loaded_library import Loaded
from abidance.core.limits import why
from abidance.execute.greeting import greeting
from abidance.execute.loading import encode_changes
from abidance.execute.planted_faults import prove_by_reports
from abidance.execute.protocol import (
    CONTROL_GONE,
    END,
    ENDED,
    FAILED,
    FORK,
    LOADED,
    LOADING,
    MAPS,
    MOST_MAPS,
    MOST_WORDS,
    PRINTED,
    PROCESS,
    READY,
    REFUSED,
    STARTED,
)
from abidance.execute.shared_counters import share
from abidance.execute.worker import Worker
from abidance.watch.arena import Arena, Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_PTRACE_CONT = 7
_GLANCE = 250  # milliseconds after which a worker that has asked to be traced, and was stopped, goes on
_MOST_STACK = 64 << 20  # without a limit a runaway recursion would eat the machine before it faults
PRIVATE_VARIABLES = ("LD_PRELOAD", "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS")
"""What acted while this process started; whatever the library starts must not be sanitized as well."""
_CARRIED = 4  # descriptors that come with the request for a worker
_STRAGGLERS = 200  # rounds of killing what a library forked, so that a fork bomb cannot hold the zygote


def main(arguments: Sequence[str]) -> int:
    """Load the library and fork workers until the parent closes its end; returns a status only on failure.

    `arguments`: the control socket's descriptor, the arena, the library, `Memory`, whether to catch faults,
    the parent's process id, or 0 when the zygote must not die with the parent's thread, the sanitizers that
    are to watch, joined by ``+``, the exit status that they end a process with, whether each worker is to load
    the library itself, whether it may change nothing outside of itself, the three shared objects of call stubs and
    callbacks, each empty when there is none, and the counters that are shared.
    """
    descriptor, arena_path, library_path, memory, catch_faults, parent, *rest = arguments
    sanitizers, ends_with, apart, fenced, *stubs = rest
    calls, direct, callbacks, counters = stubs
    for name in PRIVATE_VARIABLES:
        os.environ.pop(name, None)
    control = socket.socket(fileno=int(descriptor))
    if int(parent):
        _die_with(int(parent))
    _be_reaper()
    _reset_signals()
    _limit()

    def load() -> Loaded:
        library = ctypes.CDLL(library_path, mode=os.RTLD_NOW | os.RTLD_LOCAL, use_errno=True)
        loaded = Loaded(library, calls, direct, callbacks, arena.invoked)
        share(counters)
        return loaded

    loaded = None
    try:
        arena = Arena(arena_path)
        if not int(apart):
            arena.watch_loading(control.fileno(), catch_faults=bool(int(catch_faults)))
            arena.watch_process()
            control.send(LOADING + PRINTED.pack(os.fstat(1).st_size))
            loaded = load()
    except OSError as error:
        return (
            1
            if _try(control.send, FAILED + str(error).encode("utf-8", "replace")[:MOST_WORDS])
            else CONTROL_GONE
        )
    if loaded is not None and not _try(
        control.send, (LOADED + encode_changes(arena.changes(0)))[:MOST_WORDS]
    ):
        return CONTROL_GONE
    if loaded is not None:
        arena.watch_loading(-1, catch_faults=False)
    gc.collect()
    gc.freeze()  # so that a collection does not write to, and copy, every page of the zygote
    gc.disable()
    reported = sanitizers.split("+")
    if Memory(int(memory)) is Memory.GUARDED and not int(catch_faults):
        reported += ("guards", "read_only")
    proofs = prove_by_reports(arena, reported, int(ends_with))
    if not _try(control.send, READY + greeting(proofs)):
        return CONTROL_GONE
    zygote = Zygote(
        control,
        arena,
        loaded or load,
        Memory(int(memory)),
        catch_faults=bool(int(catch_faults)),
        fenced=bool(int(fenced)),
    )
    zygote.serve()
    _kill_children()
    os._exit(0)  # the exit handlers of the library are not under test


class Zygote:
    """Forks one worker at a time and tells the parent how it ended."""

    def __init__(
        self,
        control: socket.socket,
        arena: Arena,
        loaded: Loaded | Callable[[], Loaded],
        memory: Memory,
        *,
        catch_faults: bool,
        fenced: bool,
    ) -> None:
        self._fenced = fenced
        self._control = control
        self._arena = arena
        self._loaded = loaded
        self._memory = memory
        self._catch_faults = catch_faults

    def serve(self) -> None:
        """Fork a worker for each request until the parent is gone."""
        while True:
            message, descriptors, _, _ = socket.recv_fds(self._control, 16, _CARRIED)
            if message != FORK:
                return
            if len(descriptors) != _CARRIED:  # no more than fit are handed over
                self._control.send(_refusal("recvmsg", OSError(errno.EMFILE, "")))
                continue
            try:
                worker = os.fork()
            except OSError as error:
                self._control.send(_refusal("fork", error))
                worker = -1
            if worker == 0:
                self._be_worker(*descriptors)
            for each in descriptors:
                os.close(each)
            if worker < 0:
                continue
            _try(os.setpgid, worker, worker)  # here too, so that the group exists before anybody kills it
            self._control.send(STARTED + PROCESS.pack(worker))
            status = self._wait(worker)
            self._control.send(ENDED + END.pack(worker, status))
            _kill_stragglers(worker)

    def _wait(self, worker: int) -> int:
        """Wait for the worker, or end everything when the parent is gone first."""
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        try:
            process = os.pidfd_open(worker)
        except OSError:  # before Linux 5.3: look again and again instead
            process = -1
        else:
            poll.register(process, select.POLLIN)
        try:
            while True:
                ready = dict(poll.poll(_GLANCE if process >= 0 else 5))
                ended, status = os.waitpid(worker, os.WNOHANG)
                if ended and os.WIFSTOPPED(status):
                    # It has asked to be traced: let it go on, with its signal, and be seen to be traced.
                    ctypes.CDLL(None).ptrace(_PTRACE_CONT, worker, 0, os.WSTOPSIG(status))
                elif ended:
                    return status
                if self._control.fileno() in ready:
                    # The parent says nothing while a worker runs: this is the end of the conversation.
                    _kill_stragglers(worker)
                    os._exit(0)
        finally:
            if process >= 0:
                os.close(process)

    def _be_worker(self, request: int, reply: int, mailbox: int, output: int) -> NoReturn:
        status, doing = 70, "prctl"
        try:
            _die_with(os.getppid())
            doing = "setpgid"
            os.setpgid(0, 0)
            loaded = self._loaded
            if not isinstance(loaded, Loaded):
                doing = "loading"
                loaded = loaded()
                with open("/proc/self/maps", "rb") as maps:  # noqa: PTH123
                    self._control.send(MAPS + maps.read(MOST_MAPS))
            doing = "dup2"
            os.dup2(output, 1)
            os.dup2(output, 2)
            doing = "mmap"
            shared = self._arena.map(mailbox)
            doing = "watching"
            proofs = self._arena.start(
                self._memory,
                loaded.library,
                catch_faults=self._catch_faults,
                calls_back=loaded.calls_back,
            )
            worker = Worker(loaded, self._arena, shared, request, reply)
            if self._fenced:
                doing = "seccomp"
                self._arena.fence()
            doing = "write"
            os.write(reply, greeting(proofs))
            doing = ""
            for each in (self._control.fileno(), output):
                os.close(each)
            self._arena.watch_process()
            worker.serve()
            status = 0
        except Exception as error:
            if not doing:
                raise
            _try(self._control.send, _refusal(doing, error))
        finally:
            # Neither Python's nor C's exit handlers may run: they belong to the zygote's life.
            os._exit(status)


def _refusal(doing: str, error: Exception) -> bytes:
    return REFUSED + f"`{doing}`: {why(error)}".encode("utf-8", "replace")[:MOST_WORDS]


def _die_with(parent: int) -> None:
    """Have the kernel end this process together with its parent."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)  # it went before the kernel was asked


def _be_reaper() -> None:
    """Become the parent of whatever a worker leaves behind, to be able to end it."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _reset_signals() -> None:
    """Undo what Python does to signals at its start, so that the library finds them as in a C program."""
    for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)


def _limit() -> None:
    # 1 rather than 0: a core pattern that names a program is started for every limit but this one (core(5)).
    for limit in (1, 0):
        if _try(resource.setrlimit, resource.RLIMIT_CORE, (limit, limit)):
            break
    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    if soft == resource.RLIM_INFINITY or soft > _MOST_STACK:
        _try(resource.setrlimit, resource.RLIMIT_STACK, (_MOST_STACK, hard))


def _kill_stragglers(worker: int) -> None:
    """End the worker's process group and every process that it left to the zygote."""
    _try(os.killpg, worker, signal.SIGKILL)
    _kill_children()


def _kill_children() -> None:
    for _ in range(_STRAGGLERS):
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        for child in _children():
            _try(os.kill, child, signal.SIGKILL)
        time.sleep(0.001)


def _children() -> list[int]:
    process = os.getpid()
    try:
        with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as file:  # noqa: PTH123
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def _try(function: object, *arguments: object) -> bool:
    """Call `function` and tell whether the operating system agreed."""
    try:
        function(*arguments)  # type: ignore[operator]
    except (OSError, ValueError):
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
