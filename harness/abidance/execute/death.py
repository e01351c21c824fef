"""Makes a `Death` of what is left of a worker."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from abidance.execute.endings import with_endings
from abidance.execute.sanitizer_report import parse_report
from abidance.execute.stray_access import place
from abidance.plan.observation import Death, StackFrame, Touch, WorkerEnding
from abidance.watch.status import CrashRecord, WorkerPhase

if TYPE_CHECKING:
    from abidance.execute.modules import ModuleMap
    from abidance.watch.status import StatusPage

_MOST_OUTPUT = 64 << 10
_DURING_A_CALL = frozenset({WorkerPhase.CALLING, WorkerPhase.LOOKING, WorkerPhase.ANSWERING})


def describe(
    status: StatusPage | None, wait_status: int | None, output: str, modules: ModuleMap, *, timed_out: bool
) -> Death:
    """Return how the worker ended.

    `status` is its status page, None when that was overwritten; `wait_status` is what waiting for it gave,
    None when nobody could. With `timed_out` the supervisor ended it.
    """
    call: int | None = None
    blocks: tuple[tuple[int, int], ...] = ()
    touch: Touch | None = None
    frames: tuple[StackFrame, ...] = ()
    crashed = exhausted = False
    if status is not None:
        blocks = status.blocks
        call = status.call if status.call >= 0 and status.phase in _DURING_A_CALL else None
        frames = modules.stack(status.frames)
        crashed = status.crash is not CrashRecord.NONE and status.signal != signal.SIGXCPU
        exhausted = crashed and status.stack_exhausted
        if crashed and status.address is not None:
            touch = place(status.address, blocks, write=status.write)
    report = None
    if parsed := parse_report(output, blocks, modules):
        report, touch = parsed[0], parsed[1] or touch
        frames = report.frames or report.freed or frames
        exhausted = exhausted or report.kind == "stack-overflow"
    ending, number = _ending(status, wait_status, crashed=crashed, timed_out=timed_out)
    if report is not None and ending in {WorkerEnding.EXIT, WorkerEnding.SIGNAL}:
        ending = WorkerEnding.SANITIZER
    return with_endings(Death(ending, call, number, touch, frames, report, exhausted, output[:_MOST_OUTPUT]))


def _ending(
    status: StatusPage | None, wait_status: int | None, *, crashed: bool, timed_out: bool
) -> tuple[WorkerEnding, int]:
    if crashed and status is not None and (timed_out or wait_status is None):
        # The crash handler had seen the fault, and hung or was killed while it looked at the stack.
        return WorkerEnding.SIGNAL, status.signal
    if timed_out:
        return WorkerEnding.TIMEOUT, int(signal.SIGKILL)
    if wait_status is None:
        return WorkerEnding.LOST, 0
    if not os.WIFSIGNALED(wait_status):
        return WorkerEnding.EXIT, os.WEXITSTATUS(wait_status)
    number = os.WTERMSIG(wait_status)
    return (WorkerEnding.LOST if number == signal.SIGKILL else WorkerEnding.SIGNAL), number
