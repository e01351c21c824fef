"""Starts a zygote: a Python of its own that has loaded one library."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.catalogue import INTERNAL_ERROR
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError
from abidance.execute.shared_counters import encode_shared
from abidance.toolchain.sanitizers import REPORT_STATUS
from abidance.watch.build import heap_path

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from abidance.execute.spec import WorkerSpec

_ROOT = Path(__file__).parent.parent.parent
_START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from abidance.execute.zygote import main; sys.exit(main(sys.argv[1:]))"  # noqa: E501 - one argument
_FLAGS = ("-S", "-s", "-P")  # no site-packages, no start-up files, nothing from the working directory
_KEPT = ("PYTHONHOME", "PYTHONMALLOC")  # of all that tunes a Python, what the zygote cannot do without
_ADDR_NO_RANDOMIZE = 0x0040000
_ROUNDS = 100  # of ending what a library has started, so that a fork bomb cannot hold us
MARK = "ABIDANCE_ZYGOTE"
"""By this variable a process is known that a library has started, wherever it has gone since."""


def start_zygote(
    spec: WorkerSpec, arena: Path, control: socket.socket, log: int, preload: str, mark: str, *, apart: bool
) -> subprocess.Popen[bytes]:
    """Start the process and return it; it gets `control`, and writes what it has to say to `log`.

    `preload` is a value of ``LD_PRELOAD``, and must be good until the zygote is ready. `mark` is in the environment of
    the process and of all that it starts. With `apart` each worker loads the library itself.
    Raises CannotJudgeError when there is no Python to start, OSError when the system will not.
    """
    if not sys.executable:
        raise CannotJudgeError(Diagnostic(INTERNAL_ERROR, "this Python does not know its own executable"))
    # The kernel's death signal comes when the *thread* that forked ends, so only the main one may ask for it.
    parent = os.getpid() if threading.current_thread() is threading.main_thread() else 0
    stubs = spec.stubs
    arguments = (
        *(control.fileno(), arena, spec.library, int(spec.memory), int(spec.catch_faults), parent),
        *("+".join(spec.sanitizers), REPORT_STATUS),
        *(int(apart), int(spec.fenced)),
        *("" if each is None else each for each in (stubs.calls, stubs.direct, stubs.callbacks)),
        encode_shared(spec.counters),
    )
    with contextlib.nullcontext() if spec.shuffled else _fixed_addresses():
        return subprocess.Popen(
            [sys.executable, *_FLAGS, "-c", _START, str(_ROOT), *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(control.fileno(),),
            cwd=spec.directory,
            env={**zygote_environment(spec, preload), MARK: mark},
            start_new_session=True,  # so that Ctrl-C reaches this process alone, which then ends its workers
        )


def end_marked(mark: str) -> None:
    """End every process that a zygote has left behind: one that crashed could not do it itself."""
    for _ in range(_ROUNDS):
        found = _marked(f"{MARK}={mark}".encode())
        for process in found:
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)
        if not found:
            return
        time.sleep(0.01)


def _marked(wanted: bytes) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                if wanted in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
    return found


def preloads(spec: WorkerSpec) -> tuple[Path, ...]:
    """Return what is loaded into a zygote before everything else, in order."""
    heap = heap_path() if spec.counted else None
    return (*([heap] if heap else []), *spec.preload)


def zygote_environment(spec: WorkerSpec, preload: str = "") -> dict[str, str]:
    """Return the environment of a zygote: this process's, without what belongs to this Python.

    `preload` is what is loaded into it, as a value of ``LD_PRELOAD``; what the user has preloaded comes after that.
    """
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTHON") or name in _KEPT
    }
    environment = {**inherited, **dict(spec.environment)}
    named = environment.pop("LD_PRELOAD", "")
    if preload or named:
        environment["LD_PRELOAD"] = ":".join(filter(None, (preload, named)))
    return environment


@contextlib.contextmanager
def _fixed_addresses() -> Iterator[None]:
    """Have processes started here map memory at the same addresses each time, where that is allowed.

    A bug that depends on an address then comes back, and a sanitizer's shadow memory finds its place free.
    The setting is this thread's, and children inherit it.
    """
    libc = ctypes.CDLL(None)
    before = libc.personality(0xFFFFFFFF)
    if before == -1:
        yield
        return
    libc.personality(before | _ADDR_NO_RANDOMIZE)
    try:
        yield
    finally:
        libc.personality(before)
