"""ABD388: a call that other threads make wait takes longer than the contract gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.cost.slower_than_budget import SHARES
from abidance.checks.evidence.costs import cost_labels
from abidance.checks.evidence.evidence import Evidence
from abidance.core.costs import in_rate, in_time
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class SlowerOnThreads(Check):
    """Flags a call that takes longer while other threads call, or with them achieves less, than `cost` allows.

    ## Why it matters
    A lock that is handed from one thread to the next puts each of them to sleep for each call: a lock convoy. On
    one thread it costs nothing, so no test sees it; under load the service becomes slower the more threads it
    has, and the latency that users notice is that of the scheduler.

    ## Example
        cost: {threads: {count: 2, p99: 50us, keeps: 5%}}      # a fair lock: every call waits for its turn

    ## How it is detected
    The call is timed on one thread while the others make theirs back to back, on the same handle if it is
    `concurrent`. Each thread has a processor of its own, and before any call counts, a thousand of them begin
    together. Then those count that ran at the same time as another thread's, by the clock: where too few did,
    nothing is judged. For `keeps`, all threads call for some milliseconds, in turns with one thread alone. Up to
    twelve series are made, and three quarters of those that tell anything must agree, or else three of them
    with all calls taken together. Of the calls that are late, two are forgiven for each time that the system
    took the processor away from one of the threads: what held a lock then was not the library.

    ## Not detected
    Anything with more threads than there are processors, or on a machine that is busy, which is then reported;
    what only many more threads bring about; waiting in calls of functions other than those two.
    """

    id = "ABD388"
    name = "slower-on-threads"
    only_with = Evidence.COSTS

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each clause that is broken."""
        function, cost = trial.function, trial.function.cost
        if trial.costs is None or cost is None or cost.threads is None:
            return
        clause = cost.threads
        others = f"`{clause.others}`" if clause.others else "it"
        threads = "another thread calls" if clause.count == 2 else f"{clause.count - 1} other threads call"
        for name, words in SHARES.items():
            for figure in trial.costs.over(f"threads.{name}"):
                yield Diagnostic(
                    self.code,
                    f"`{function.name}` takes {in_time(figure.seen)} while {threads} {others}, where {words} are to "
                    f"take {in_time(figure.allowed)} at most",
                    cost_labels(trial, figure.clause),
                    notes=figure.notes,
                    place=f"{function.name}:{figure.clause}",
                )
        for figure in trial.costs.over("threads.keeps"):
            share, least = figure.there / figure.seen, figure.there / figure.allowed
            yield Diagnostic(
                self.code,
                f"{clause.count} threads together manage {in_rate(1 / figure.seen)} of `{function.name}`, "
                f"{100 * share:.2g} % of what one manages alone, where {100 * least:.3g} % is the least",
                cost_labels(trial, figure.clause),
                notes=figure.notes,
                place=f"{function.name}:{figure.clause}",
            )
