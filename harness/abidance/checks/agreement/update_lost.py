"""ABD380: threads that call at once succeed more often than the same calls one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.print_c.literals import value_text
from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.promise_labels import function_labels
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class UpdateLost(Check):
    """Flags a function that succeeds more often on several threads at once than its handle has room for.

    ## Why it matters
    Two threads have read the same state, and each has written what it made of that: one update is lost. A limiter
    lets more in than its limit, a pool gives one connection to two callers, a queue takes more than it keeps.

    ## Example
        handles: {bucket: {..., concurrent: true}}      # the level is loaded, lowered and stored again

    ## How it is detected
    The same call is made on one handle, again and again, by several threads that begin at the same moment, and on a new
    handle by one thread after the other. Whatever the order, identical calls must come to the same: as many may
    succeed, with each of their results. That is judged of functions whose `status` lists what success is, or that
    return a `bool`, and whose calls in turn come to the same twice, also with a pause of longer than the threads took.

    ## Not detected
    Updates that are lost without a further success: of counters, say, whose calls all succeed. Races that this time
    came to nothing; for those in plain memory there is a `tsan` build. Different calls at the same time.
    """

    id = "ABD380"
    name = "update-lost"
    only_with = Evidence.THREADS

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic."""
        granted = trial.threads.granted if trial.threads else None
        if granted is None or trial.death:
            return
        function = trial.function
        result = value_text(function.result.shape, granted.value)
        yield Diagnostic(
            self.code,
            f"{granted.together:,} of {granted.calls:,} identical calls of `{function.name}` returned {result} on "
            f"{granted.threads} threads at once, and {granted.in_turn:,} do one after the other",
            function_labels(function, "promised"),
            notes=("threads that call at once must come to what they come to in some order",),
            place=f"{function.name}:threads:lost",
        )
