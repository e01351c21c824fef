"""ABD312: the library read outside memory that it was lent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.bounds import touched_outside
from abidance.checks.evidence.cause import Cause, cause_of
from abidance.checks.evidence.evidence import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult
    from abidance.core.diagnostic import Diagnostic


class OutOfBoundsRead(Check):
    """Flags a read past the end, or before the start, of the memory of an argument.

    ## Why it matters
    The bytes behind the buffer are unrelated data: the result depends on them, they may leak, and at the end of
    a mapping the read crashes.

    ## Example
        route: {to: bytes, length: route_len}       # the library compares until `i <= route_len`

    ## How it is detected
    Every argument has memory of exactly its size. On builds without AddressSanitizer it is flush against an
    inaccessible page, at its end in some cases and at its start in others; with it, between redzones.

    ## Not detected
    A read that skips the guard (64 KiB) or a redzone into other memory. On builds without AddressSanitizer, a
    read on the side that is not flush in that case.
    """

    id = "ABD312"
    name = "out-of-bounds-read"
    formerly = ("read-past-end",)
    only_with = Evidence.DEATH
    whole = True

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic: the read ended the process."""
        death = trial.death
        if death is None or death.touch is None or cause_of(trial) is not Cause.READ_PAST_END:
            return
        yield touched_outside(self.code, trial, death.touch, "read")
