"""ABD383: a call takes longer than the contract gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.costs import cost_labels
from abidance.checks.evidence.evidence import Evidence
from abidance.core.costs import in_rate, in_time
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult

SHARES = {"p50": "half of the calls", "p99": "99 of 100 calls", "p99_9": "999 of 1000 calls"}


class SlowerThanBudget(Check):
    """Flags a call that takes longer, or achieves fewer calls per second, than `cost` allows.

    ## Why it matters
    The caller's budget is the sum of those of its callees. One call in a hundred that takes ten times as long
    is what users notice.

    ## Example
        cost: {p99: 1us}                # every 64th call goes through what was noted down since

    ## How it is detected
    The call is made in a loop of native code that restores its memory each time, and timed with the processor's
    clock; the overhead of the clock and of the call is measured and subtracted. Up to eight series are made,
    and the best one counts. A reference loop of the same length, in registers only, runs beside each call: if
    that is slow too, the machine is busy, and the series is discarded.

    ## Not detected
    Calls with cold caches; on a busy machine, anything, which is then reported. Functions that create or
    destroy their arguments are timed one call at a time, with other work in between. The time of the stand-in
    callbacks counts as the call's.
    """

    id = "ABD383"
    name = "slower-than-budget"
    only_with = Evidence.COSTS

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each clause that is broken."""
        function = trial.function
        for figure in trial.costs.over(*SHARES) if trial.costs else ():
            yield Diagnostic(
                self.code,
                f"`{function.name}` takes {in_time(figure.seen)}, where {SHARES[figure.clause]} are to take "
                f"{in_time(figure.allowed)} at most",
                cost_labels(trial, figure.clause),
                notes=figure.notes,
                place=f"{function.name}:{figure.clause}",
            )
        for figure in trial.costs.over("throughput") if trial.costs else ():
            yield Diagnostic(
                self.code,
                f"`{function.name}` manages {in_rate(1 / figure.seen)}, where {in_rate(1 / figure.allowed)} are "
                "promised",
                cost_labels(trial, "throughput"),
                notes=figure.notes,
                place=f"{function.name}:throughput",
            )
