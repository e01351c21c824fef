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
    clock; the overhead of the clock and of the call is measured and subtracted. The slowest calls that a first
    look found, and the contract's examples, are then measured in turns, in twelve to thirty-six runs. Whole runs
    are resampled (bootstrap), and the budget is broken if all of the 95 % interval is beyond it. A reference loop
    of the same length, in registers only, runs beside each call: if that is late too, or another thread had the
    processor, the machine was, and not the call. While others keep the machine busy, only what takes more than
    two and a half times of the budget is reported.

    ## Not detected
    Calls with cold caches; what the interval does not decide, which is then not judged. Functions that create or
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
