"""Marks what only ends the process for others, such as a wrapper around `abort`: it is no cause, its caller is."""

from __future__ import annotations

import signal
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.plan.observation import WorkerEnding
from abidance.toolchain.never_returns import never_return

if TYPE_CHECKING:
    from abidance.plan.observation import Death, StackFrame

_ON_PURPOSE = frozenset({signal.SIGABRT, signal.SIGILL, signal.SIGTRAP})
_REPORTED = frozenset({"ABRT", "ILL", "TRAP"})


def with_endings(death: Death) -> Death:
    """Return a death with the functions marked that never return, up to the first that may, where it was on purpose."""
    report = death.report
    meant = death.status in _ON_PURPOSE if report is None else report.kind in _REPORTED
    if not meant or death.ending not in (WorkerEnding.SIGNAL, WorkerEnding.SANITIZER):
        return death
    frames = _marked(death.frames)
    return replace(death, frames=frames) if frames != death.frames else death


def _marked(frames: tuple[StackFrame, ...]) -> tuple[StackFrame, ...]:
    marked: list[StackFrame] = []
    for (module, offset), stack in groupby(frames, lambda frame: (frame.module, frame.offset)):
        active = [*stack]
        never = never_return(Path(module), offset) if module else ()
        if not never:
            break
        if len(never) != len(active):
            # Without names, those that were inlined are one frame with their caller.
            never = (all(never),) * len(active)
        marked += (replace(frame, ends=ends) for frame, ends in zip(active, never, strict=True))
        if not all(never):
            break
    return (*marked, *frames[len(marked) :])
