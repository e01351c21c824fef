"""What a recorded call takes longer on this machine, and how fast the processor's clock ticks here."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.core.catalogue import TOOL_MISSING
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError
from abidance.toolchain.elf import read_library
from abidance.toolchain.preloading import preloadable
from abidance.toolchain.process import run_tool, tool_environment
from abidance.trace.interposer import interposer
from abidance.trace.interposer_build import compiled_file, compiled_interposer

FOLDER = "ABIDANCE_TRACE"
"""The variable that tells a traced program where to record."""
_SECONDS = 60.0
_CONTRACT = Path(__file__).parent / "runtime" / "calibrated.contract.yaml"


@dataclass(frozen=True, slots=True)
class Calibration:
    """`hertz` is how often the processor's clock ticks a second, `apart` the ticks between two readings of it.

    `traced` and `plain` are the picoseconds of a call that does nothing, through an interposer and without, and
    `overhead` of their difference.
    """

    hertz: float
    apart: int
    traced: int
    plain: int
    overhead: int

    def picoseconds(self, ticks: float) -> int:
        """Return the time that so many ticks take, of which two readings of the clock are no part."""
        return max(round((ticks - self.apart) * 1e12 / self.hertz), 0)


def calibrate() -> Calibration:
    """Measure, in about a tenth of a second; raises CannotJudgeError."""
    library = compiled_file("calibrated.c", ("-shared", "-fPIC", "-Wl,-Bsymbolic"))
    program = compiled_file("calibrate.c", (str(library), f"-Wl,-rpath,{library.parent}"), suffix=".bin")
    made = interposer(
        join(load_contract(_CONTRACT)), read_library(library).functions, (str(library), library.name)
    )
    folder = Path(tempfile.mkdtemp(prefix="abidance-"))
    try:
        with preloadable([compiled_interposer(made.source)]) as preload:
            environment = tool_environment(LD_PRELOAD=preload, **{FOLDER: str(folder)})
            ran = run_tool((str(program),), seconds=_SECONDS, environment=environment)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    words = ran.stdout.split()
    if not ran.ok or len(words) != 5:
        why = ran.stderr.strip()[-300:] or f"it ended with {ran.status}"
        raise CannotJudgeError(
            Diagnostic(TOOL_MISSING, "what tracing costs cannot be measured here", notes=(why,))
        )
    hertz, *rest = words
    return Calibration(float(hertz), *map(int, rest))


def check_clock() -> None:
    """Raise CannotJudgeError where the processor's clock is no measure of time, as the kernel sees it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    flags = next((line.split() for line in lines if line.startswith("flags")), [])
    if not {"constant_tsc", "nonstop_tsc"} <= {*flags}:
        raise CannotJudgeError(
            Diagnostic(
                TOOL_MISSING,
                "calls cannot be timed here: the processor has no clock that ticks alike at all times",
                notes=("traces need an x86-64 processor with the flags `constant_tsc` and `nonstop_tsc`",),
            )
        )
