"""Reads from its status and its words how a target ended that was run on one input."""

from __future__ import annotations

import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.native.progress import Failure

if TYPE_CHECKING:
    from abidance.native.progress import FailureKind
    from abidance.toolchain.process import Finished

_FINDING = re.compile(r"ABIDANCE-FINDING (\S+) (\S+) step \d+: (.*)")
_REPORT = re.compile(r"(?:ERROR|WARNING): (?:Address|Thread|Leak)Sanitizer: ([^\s:]+)")
_UNDEFINED = re.compile(r"^(\S+): runtime error: ", re.MULTILINE)
_RUNTIMES = re.compile(
    r"^(?:lib(?:asan|ubsan|lsan|tsan|clang_rt|c\.so|c-|gcc_s|stdc\+\+)|ld-linux|linux-vdso)"
)
_FRAMES = 2


def failure_of(ran: Finished, data: bytes, program: Path) -> Failure | None:
    """Return how the target failed on an input, or None when it did not."""
    if ran.timed_out:
        return _failure("hang", 0, "hang", ran, data)
    if ran.status == 0:
        return None
    status = -ran.status if ran.status < 0 else ran.status
    if finding := [*_FINDING.finditer(ran.stderr)]:
        return _failure("finding", status, ":".join(finding[-1].groups()), ran, data)
    if report := _REPORT.search(ran.stderr):
        return _failure("sanitizer", status, report[1], ran, data, program)
    if undefined := _UNDEFINED.search(ran.stderr):
        return _failure("sanitizer", status, undefined[1], ran, data)
    if ran.status < 0:
        name = signal.Signals(status).name if status in {*signal.Signals} else f"signal {status}"
        return _failure("signal", status, name, ran, data, program)
    return _failure("exit", status, f"exit {status}", ran, data)


def _failure(
    kind: FailureKind, status: int, cause: str, ran: Finished, data: bytes, program: Path | None = None
) -> Failure:
    found = Failure(data, kind, status, cause, ran.stderr, alone=True, executions=0, seconds=0.0)
    if program is None:
        return found
    places = []
    for frame in found.stack:
        module, _, place = frame.rpartition("+")
        name = Path(module).name
        if name == program.name:
            break
        if not _RUNTIMES.match(name):
            places.append(f"{name}+{place}")
    words = " ".join((cause, *places[: 1 if cause == "stack-overflow" else _FRAMES]))
    return Failure(data, kind, status, words, ran.stderr, alone=True, executions=0, seconds=0.0)
