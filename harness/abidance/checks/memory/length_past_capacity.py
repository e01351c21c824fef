"""ABD324: the library told a length that the memory cannot have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.elements import of_all_elements, together
from abidance.checks.evidence.promise_labels import member_labels
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.decode.call_values import Overrun
    from abidance.checks.evidence.case_result import CaseResult


class LengthPastCapacity(Check):
    """Flags a successful call that reports a length greater than the buffer's capacity.

    ## Why it matters
    The caller reads up to that length, past the end of its own buffer.

    ## Example
        out: {out: bytes, capacity: cap, length: out_len}       # *out_len is the untruncated length

    ## How it is detected
    After a successful call, `length` is evaluated and compared with the capacity.

    ## Not detected
    A length that is too small, or that counts bytes which were never written.
    """

    id = "ABD324"
    name = "length-past-capacity"

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic a buffer."""
        if not trial.answered or trial.expectation.rejects:
            return
        yield from together(self._overrun(trial, each) for each in trial.seen.overruns)

    def _overrun(self, trial: CaseResult, overrun: Overrun) -> Diagnostic:
        function = trial.function
        clause = overrun.shape.length.text if overrun.shape.length else "length"
        limit = (
            "no call leaves that many" if overrun.reported_length < 0 else f"its capacity is {overrun.room}"
        )
        return Diagnostic(
            self.code,
            f"`{function.name}` reports {overrun.reported_length} elements in `{overrun.path}`, but {limit}",
            member_labels(
                trial.boundary,
                function,
                overrun.path,
                f"{clause} = {overrun.reported_length} after the call",
            ),
            help="report failure when the buffer is too small; if this is a failure, say how it is reported: "
            "`returns: {status: ...}`",
            place=f"{function.name}:{of_all_elements(overrun.path)}",
        )
