"""How a worker process is started so that sanitizers report once, quickly, and to where it listens."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abidance.toolchain.library import Artifact

REPORT_STATUS = 86
"""The exit status of a worker that a sanitizer ended; no signal, so no core dump is written for it."""


_COMMON = {
    "symbolize": "0",  # 10 ms for a report and not 350: the minimal case is symbolized once, afterwards
    "halt_on_error": "1",
    "abort_on_error": "0",
    "exitcode": str(REPORT_STATUS),
    "log_path": "stderr",
    "color": "never",
    "handle_segv": "1",
    "handle_sigbus": "1",
    "handle_sigfpe": "1",
    "handle_sigill": "1",
    "allocator_may_return_null": "1",  # as malloc does; a huge size is the library's business
    "print_cmdline": "0",
}
_ASAN = {
    "detect_stack_use_after_return": "1",  # the default differs from version to version
    "detect_odr_violation": "0",  # found while loading, so it says nothing of any call
    "print_legend": "0",
    "detect_leaks": "0",
}
_LEAKS = {"detect_leaks": "1", "leak_check_at_exit": "0"}
_TSAN = {
    "atexit_sleep_ms": "0",
    "history_size": "5",  # so many accesses later, the other thread's stack is still known
    "die_after_fork": "0",  # the worker is a fork of the zygote, and starts threads
    "report_signal_unsafe": "0",  # what the contract calls async_signal_safe is judged elsewhere
}
_UBSAN = {"print_stacktrace": "1"}


def worker_environment(artifact: Artifact, *, leaks: bool = False) -> dict[str, str]:
    """Return the variables that a worker for `artifact` is started with, to be added to its environment.

    With `leaks`, ``__lsan_do_recoverable_leak_check`` answers; Python's own pools are switched off for it.
    What `artifact` needs preloaded comes besides (`preloadable`). All of it acts while the process starts, which
    then takes it out of its own environment (`execute.zygote`).
    """
    variables = {
        "ASAN_OPTIONS": _options(_COMMON | _ASAN | (_LEAKS if leaks else {})),
        "TSAN_OPTIONS": _options(_COMMON | _TSAN),
        "UBSAN_OPTIONS": _options(_COMMON | _UBSAN),
        "LSAN_OPTIONS": _options(
            _COMMON
        ),  # AddressSanitizer's runtime reads the user's as well, and after its own
        "RUST_BACKTRACE": "0",  # a panic names its line anyway; the backtrace takes 0.3 s to symbolize
    }
    if artifact.search:
        given = [place for place in (os.environ.get("LD_LIBRARY_PATH"),) if place]
        variables["LD_LIBRARY_PATH"] = ":".join([*map(str, artifact.search), *given])
    if leaks:
        variables["PYTHONMALLOC"] = "malloc"
    return variables


def _options(values: dict[str, str]) -> str:
    return ":".join(f"{name}={value}" for name, value in values.items())
