"""ABD387: a library takes longer for a call than the one that it is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.costs import cost_labels
from abidance.checks.evidence.evidence import Evidence
from abidance.core.costs import in_time
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class SlowerThanOther(Check):
    """Flags a call that is slower than in another library of the boundary, by more than the allowed factor.

    ## Why it matters
    A safer replacement must not cost the service its latency.

    ## Example
        cost: {no_worse_than: {library: c, factor: 1.1}}        # the replacement checks each byte on its own

    ## How it is detected
    Both libraries are timed alternately, in sixteen pairs of short series of each call, and in twelve to
    thirty-six pairs of the slowest ones. All of the 95 % interval of the ratio of their medians (bootstrap) must
    exceed the factor.

    ## Not detected
    Differences below ten nanoseconds; those in calls that are occasionally slow, for which there is `p99`.
    """

    id = "ABD387"
    name = "slower-than-other"
    only_with = Evidence.COSTS

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic."""
        function = trial.function
        for figure in trial.costs.over("no_worse_than") if trial.costs else ():
            times = f"{figure.seen / figure.there:.3g} times " if figure.there else ""
            yield Diagnostic(
                self.code,
                f"`{function.name}` takes {in_time(figure.seen)}, {times}the {in_time(figure.there)} of "
                f"`{figure.against}`",
                cost_labels(trial, "no_worse_than"),
                notes=figure.notes,
                place=f"{function.name}:no_worse_than",
            )
