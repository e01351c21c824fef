"""ABD390: a call whose parameters overlap answers otherwise than one where they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.answers import answers, differences
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.wording import result_text
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class OverlapChangesAnswer(Check):
    """Flags a call whose answer depends on whether what it writes overlaps what it reads, though it may.

    ## Why it matters
    A function that reads what it has just written destroys its own input. Which callers are hit depends on how far
    apart their buffers are, and on how wide the loads of this machine's build are.

    ## Example
        params: {to: {out: bytes, capacity: n, length: n, may_overlap: from}}      # the library calls memcpy
        params: {to: {out: bytes, capacity: n, length: n, in_place: from}}         # the same memory, or none of it

    ## How it is detected
    Calls are made with both parameters in one memory: at the same place and, of `may_overlap`, a little or a lot before
    and after each other. Each is made again with memory of its own for both; the results, and what was written, must be
    the same.

    ## Not detected
    Writes to the memory that is only read, beside what is written there anyway. More than two parameters in one memory,
    and memory behind fields of records.
    """

    id = "ABD390"
    name = "overlap-changes-answer"
    only_with = Evidence.OVERLAPS

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic, if any."""
        apart = trial.again.apart if trial.again is not None else None
        if apart is None or not trial.answered:
            return
        here, there = (answers(each, errno=False) for each in (trial, apart))
        found = next(differences(here, there), None)
        if found is None:
            return
        function, promise = trial.function, trial.function.promise
        what = "its result" if found.path == "result" else f"what it left in `{found.path}`"
        params = promise.params.values() if promise else ()
        spans = [
            each.key_span("may_overlap" if each.may_overlap else "in_place")
            for each in params
            if each.overlapped
        ]
        yield Diagnostic(
            self.code,
            f"`{function.name}`{result_text(trial)} on parameters that overlap, and {what} is another without that",
            (*(Label(span, "they may") for span in spans[:1]), Label(function.declaration.span)),
            place=f"{function.name}:overlap:{found.path.partition('[')[0]}",
        )
