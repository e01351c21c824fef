"""Runs a target on one input, in a process of its own, and tells how it ends."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.native.endings import failure_of
from abidance.native.engine_environment import environment_of
from abidance.toolchain.preloading import preloadable
from abidance.toolchain.process import run_tool

if TYPE_CHECKING:
    from abidance.native.campaign import Assignment
    from abidance.native.progress import Failure

_SLACK = 3.0  # seconds of starting, beside those of the calls
# Signals then end the process as they would without an engine.
_UNHANDLED = tuple(f"-handle_{name}=0" for name in ("abrt", "bus", "fpe", "ill", "segv", "xfsz"))


def reproduce(work: Assignment, data: bytes) -> Failure | None:
    """Return how an input fails, or None when it does not."""
    program = work.executable.path
    with (
        tempfile.TemporaryDirectory(prefix="abidance-input-") as scratch,
        preloadable(work.executable.artifact.preload) as preload,
    ):
        file = Path(scratch, "input")
        file.write_bytes(data)
        words = {
            "own": (f"-show={file}",),
            "libfuzzer": (*_UNHANDLED, str(file)),
            "afl++": (str(file),),
        }[work.executable.engine]
        ran = run_tool(
            [program, *words],
            seconds=work.limits.time_limit * 2 + _SLACK,
            environment=environment_of(work, preload),
        )
    return failure_of(ran, data, program)
