"""Proves that whatever ends a process with a report is live: a fault is planted in a process of its own."""

from __future__ import annotations

import os
import select
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.watch.arena import Arena

_WORDS = {
    "asan": b"AddressSanitizer: heap-buffer-overflow",
    "ubsan": b"runtime error:",
    "tsan": b"ThreadSanitizer: data race",
    "guards": b"ThreadSanitizer: SEGV",  # its handler stands where the crash handler is elsewhere
    "read_only": b"ThreadSanitizer: SEGV",
}
_SECONDS = 20.0


def prove_by_reports(arena: Arena, names: Iterable[str], ends_with: int) -> list[tuple[str, str]]:
    """Return the instruments, each with what it has missed of a planted fault: nothing when it is live.

    `ends_with` is the exit status of a process in which one has found something.
    """
    return [(name, _missed(arena, name, ends_with)) for name in names if name in _WORDS]


def _missed(arena: Arena, name: str, ends_with: int) -> str:
    try:
        log = os.memfd_create("abidance-planted")
        child = os.fork()
    except OSError as error:
        return f"no process could be created for it: {(error.strerror or str(error)).lower()}"
    if child == 0:
        try:
            os.dup2(log, 1)
            os.dup2(log, 2)
            arena.plant(name)
        finally:
            os._exit(0)
    try:
        status = _wait(child)
        said = os.pread(log, 1 << 16, 0)
    finally:
        os.close(log)
    if status is None:
        return "its report did not end"
    if _WORDS[name] not in said:
        return "nothing was reported"
    code = os.waitstatus_to_exitcode(status)
    if code != ends_with:
        return f"the process that it reported ended with {code}, not with {ends_with}"
    return ""


def _wait(child: int) -> int | None:
    """Wait for a child and return its status; None when it had to be killed."""
    try:
        process = os.pidfd_open(child)
    except OSError:  # before Linux 5.3
        return os.waitpid(child, 0)[1]
    try:
        poll = select.poll()
        poll.register(process, select.POLLIN)
        ended = bool(poll.poll(_SECONDS * 1000))
    finally:
        os.close(process)
    if not ended:
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    return status if ended else None
