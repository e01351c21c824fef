"""ABD367: a call leaves a thread running each time it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.permissions import grown, may, may_be_anothers
from abidance.checks.evidence.promise_labels import function_labels
from abidance.checks.evidence.wording import to_blame
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class ThreadLeaked(Check):
    """Flags a call that leaks a thread.

    ## Why it matters
    Threads accumulate; each may still use memory that the caller takes back after the call.

    ## Example
        pthread_create(&t, NULL, flush, buffer);        /* and no join */

    ## How it is detected
    The threads of the process are counted after each case, with a grace period for those that are ending. It is
    a leak if each of four further calls leaves one more: a pool that is started once is not.

    ## Not detected
    A thread that ends within 5 ms, whatever it does until then.
    """

    id = "ABD367"
    name = "thread-leaked"
    formerly = ("thread-left-running",)
    by_itself = True
    only_with = Evidence.REPEATED
    whole = True

    def unasked(self, trial: CaseResult) -> Iterator[str]:
        """Yield that what keeps running may be somebody else's."""
        if may_be_anothers(trial, "threads") and next(grown(trial, "threads"), None) is not None:
            yield f"threads that `{trial.function.name}` leaves running: a function that it needs says `may: [threads]`"

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic."""
        function = trial.function
        if may(trial, "threads", each_time=True):
            return
        for change in grown(trial, "threads"):
            yield Diagnostic(
                self.code,
                f"{to_blame(trial)} leaves one more thread running each time it is called",
                function_labels(function, "ends what it starts"),
                (f"{change.after} threads after five calls",),
                help="join it before returning; if it is meant to keep running, say `may: [threads]`",
                place=function.name,
            )
