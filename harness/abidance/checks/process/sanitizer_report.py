"""ABD303: a sanitizer reported undefined behaviour inside the library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.cause import Cause, cause_of
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.frames import frame_label, frame_place, of_block, origin_of
from abidance.checks.evidence.promise_labels import call_labels
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult
    from abidance.plan.observation import RuntimeReport


_OF_BLOCKS = {"heap-buffer-overflow": False, "heap-use-after-free": True}


class SanitizerReport(Check):
    """Flags a report of AddressSanitizer, UndefinedBehaviorSanitizer or ThreadSanitizer about the library.

    ## Why it matters
    The standard leaves the behaviour undefined (C11 3.4.3), so the next compiler, or the next optimisation
    level, may produce something else. Memory errors inside the library corrupt its own state.

    ## Example
        int32_t total = a + b;      /* signed overflow (C11 6.5p5) */

    ## How it is detected
    Builds with sanitizers run with the sanitizer's runtime loaded into the worker only; its report is parsed,
    and the library's frames are kept. Reports about an argument's memory become out-of-bounds-read or
    out-of-bounds-write, those that only restate a signal become crashed.

    ## Not detected
    Errors in code that is not instrumented, such as a prebuilt dependency.
    """

    id = "ABD303"
    name = "sanitizer-report"
    only_with = Evidence.DEATH
    whole = True

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic: the first report ends the process."""
        death = trial.death
        if death is None or death.report is None or cause_of(trial) is not Cause.SANITIZER:
            return
        function, report = trial.run.running, death.report
        frames = report.frames or death.frames
        lines, notes = frame_label(frames, report.headline)
        stacks = (
            ("the other thread", report.previous),
            ("allocated", report.allocated),
            ("freed", report.freed),
        )
        for title, stack in stacks:
            there, words = frame_label(stack, f"{title} here")
            lines = (*lines, *there)
            notes = (*notes, *(f"{title} {word}" for word in words))
        # One race is reported at whichever of its lines comes first this time.
        place = "" if report.kind == "data-race" else f":{frame_place(frames)}"
        # Freeing from inside a block is reported as either, by what happens to lie before the pointer.
        kind = "free" if report.kind in {"bad-free", "double-free"} else report.kind
        yield Diagnostic(
            self.code,
            f"{report.tool} reports {report.kind.replace('-', ' ')} in `{function.name}`",
            (*call_labels(trial, function), *lines),
            (*notes, *(() if lines else (report.headline,))),
            place=f"{function.name}:{kind}{place}",
            origin=origin_of(death, frames) if place else None,
            coarse=_of_block(function.name, report),
        )


def _of_block(function: str, report: RuntimeReport) -> tuple[str, str] | None:
    """Return what the fence behind a heap block tells of the same fault, on a build without the sanitizer."""
    if report.kind not in _OF_BLOCKS or not report.allocated:
        return None
    return of_block(function, report.allocated, freed=_OF_BLOCKS[report.kind])
