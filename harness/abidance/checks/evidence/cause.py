"""The one cause behind a worker's end, so that exactly one check speaks for it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from abidance.plan.observation import WorkerEnding
from abidance.plan.plan import Access

if TYPE_CHECKING:
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.plan.observation import Death

CRASHES = {
    "SEGV": "SIGSEGV",
    "BUS": "SIGBUS",
    "FPE": "SIGFPE",
    "ILL": "SIGILL",
    "ABRT": "SIGABRT",
    "TRAP": "SIGTRAP",
    "stack-overflow": "SIGSEGV",
}
"""Report kinds of AddressSanitizer that only restate a signal."""


class Cause(Enum):
    """What ended the worker, as the checks divide it up."""

    CRASH = "crash"
    EXIT = "exit"
    TIMEOUT = "timeout"
    READ_PAST_END = "read past end"
    WRITE_PAST_END = "write past end"
    INPUT_WRITTEN = "input written"
    KEPT_POINTER = "kept pointer"
    SANITIZER = "sanitizer"


def cause_of(trial: CaseResult) -> Cause | None:
    """Return the cause, or None when the worker lives or was killed from outside."""
    death = trial.death
    if death is None or death.ending is WorkerEnding.LOST:
        return None
    if death.ending is WorkerEnding.TIMEOUT:
        return Cause.TIMEOUT
    if death.ending is WorkerEnding.EXIT:
        return Cause.EXIT
    touch = death.touch
    if touch is not None and touch.block is not None:
        if touch.block in _taken_away(trial, death):
            return Cause.KEPT_POINTER
        if touch.side in ("before", "after"):
            return Cause.WRITE_PAST_END if touch.write else Cause.READ_PAST_END
        blocks = trial.encoded.plan.blocks
        block = blocks[touch.block] if touch.block < len(blocks) else None  # an allocator's may be written to
        if touch.write and block is not None and block.access is Access.READ:
            return Cause.INPUT_WRITTEN
    report = death.report
    if report is not None and report.kind not in CRASHES:
        return Cause.SANITIZER
    return Cause.CRASH


def _taken_away(trial: CaseResult, death: Death) -> frozenset[int]:
    """Return the blocks that were lent for calls which are over."""
    calls, running = trial.encoded.plan.calls, death.call or 0
    over = (block for call in calls[:running] for block in call.retires)
    return frozenset((*over, *(block for call in calls[: running + 1] for block in call.takes_back)))


def is_null(death: Death) -> bool:
    """Tell whether the fault was in the first page, where only a null pointer (plus an offset) leads."""
    return death.touch is not None and 0 <= death.touch.address < 4096
