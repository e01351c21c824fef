"""ABD311: the library wrote outside memory that it was lent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.bounds import outside, touched_outside
from abidance.checks.evidence.cause import Cause, cause_of
from abidance.checks.evidence.evidence import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult
    from abidance.core.diagnostic import Diagnostic


class OutOfBoundsWrite(Check):
    """Flags a write past the end, or before the start, of the memory of an argument.

    ## Why it matters
    The caller's memory beside the buffer changes silently. Which bytes depends on the allocator, so the damage
    shows up far from the call.

    ## Example
        out: {out: bytes, capacity: n}      # the library writes n bytes and a NUL

    ## How it is detected
    A write-protected page adjoins one end of the memory and canary bytes the other; AddressSanitizer detects
    both ends if the library is built with it.

    ## Not detected
    A write that skips canary and guard (64 KiB). A write of the very bytes that the canary holds.
    """

    id = "ABD311"
    name = "out-of-bounds-write"
    formerly = ("write-past-end",)
    only_with = Evidence.DEATH | Evidence.DAMAGE
    whole = True

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic a buffer."""
        death = trial.death
        if death is not None and death.touch is not None and cause_of(trial) is Cause.WRITE_PAST_END:
            yield touched_outside(self.code, trial, death.touch, "wrote")
            return
        for damage in trial.observation.damage:
            after = damage.distance >= 0
            yield outside(
                self.code,
                trial,
                block=damage.block,
                side="after" if after else "before",
                distance=damage.distance if after else -damage.distance - damage.length,
                size=damage.length,
                verb="wrote",
                call=damage.call,
            )
