"""ABD383: a call takes longer than the contract gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.costs import cost_labels, in_rate, in_time
from abidance.checks.evidence.evidence import Evidence
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult

_SHARES = {"p50": "half of the calls", "p99": "99 of 100 calls", "p99_9": "999 of 1000 calls"}


class SlowerThanBudget(Check):
    """Flags a call that takes longer, or is made less often a second, than `cost` allows.

    ## Why it matters
    The caller's own budget is made of those of what it calls. One call in a hundred that takes ten times as long
    is what the users of a service see.

    ## Example
        cost: {p99: 1us}                # every 64th call goes through what was noted down since

    ## How it is seen
    The call is made over and over from native code, each time with its memory as it was before, and timed by the
    processor's clock; what the clock and the way to the call take is measured as well, and left out. Up to eight
    series are made, and the best one counts. A reference of the same length, in registers alone, stands beside
    each call: where that is late as well, the machine is, and the series says nothing.

    ## Not seen
    Calls whose caches are cold; on a machine that is always busy, anything: that is then told. Functions that
    make or destroy what they are given are timed once at a time, with other work in between. What callbacks
    that are stood in for take counts as the call's.
    """

    id = "ABD383"
    name = "slower-than-budget"
    only_with = Evidence.COSTS

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each clause that is broken."""
        function = trial.function
        for figure in trial.costs.over(*_SHARES) if trial.costs else ():
            yield Diagnostic(
                self.code,
                f"`{function.name}` takes {in_time(figure.seen)}, where {_SHARES[figure.clause]} are to take "
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
