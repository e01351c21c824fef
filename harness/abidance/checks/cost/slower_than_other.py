"""ABD387: a call costs a library more than the one that it is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.cost.curve_words import curve_message, curve_table
from abidance.checks.evidence.costs import Beside, cost_labels
from abidance.checks.evidence.evidence import Evidence
from abidance.core.costs import in_time
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult
    from abidance.checks.evidence.costs import Figure, SizeCurves


TELLABLE = 1e-8
"""Two libraries are not distinguished by less than so many seconds, unless the contract allows for more."""
_CLAUSE, _COUNTED = "no_worse_than", "no_worse_than.instructions"


class SlowerThanOther(Check):
    """Flags a call that costs more than in another library of the boundary, by more than the allowed factor.

    ## Why it matters
    A safer replacement must not cost the service its latency.

    ## Example
        cost: {no_worse_than: {library: c, factor: 1.1}}        # the replacement checks each byte on its own

    ## How it is detected
    Both libraries are timed alternately, in sixteen pairs of short series of each call, and in twelve to
    thirty-six pairs of the slowest ones, or of those with the `sizes` that the contract names. All of the 95 %
    interval of the ratio of their medians (bootstrap) must exceed the factor. `instructions` are counted one by one.

    ## Not detected
    Differences below ten nanoseconds, or what `absolute` says, or of forty instructions; those in calls that are
    occasionally slow, for which there is `p99`.
    """

    id = "ABD387"
    name = "slower-than-other"
    only_with = Evidence.COSTS

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic."""
        costs = trial.costs
        if costs is None:
            return
        if costs.curves is not None:
            yield self._at_sizes(trial, costs.curves)
            return
        for figure in costs.over(_CLAUSE, _COUNTED)[:1]:
            counted = figure.clause == _COUNTED
            yield Diagnostic(
                self.code,
                f"`{trial.function.name}` {_counted(figure) if counted else _timed(figure)}",
                cost_labels(trial, figure.clause),
                notes=figure.notes,
                place=f"{trial.function.name}:{figure.clause}",
            )

    def _at_sizes(self, trial: CaseResult, curves: SizeCurves) -> Diagnostic:
        slower = any(point.in_time is Beside.MORE for point in curves.points)
        return Diagnostic(
            self.code,
            curve_message(trial.function.name, curves, timed=slower),
            cost_labels(trial, _CLAUSE if slower else _COUNTED),
            notes=(curve_table(curves),),
            place=f"{trial.function.name}:{_CLAUSE if slower else _COUNTED}",
        )


def _timed(figure: Figure) -> str:
    if figure.there < TELLABLE:  # at the grain of the clock there is nothing to make a ratio of
        return f"takes {in_time(figure.seen)}, where `{figure.against}` takes less than {in_time(TELLABLE)}"
    times = figure.seen / figure.there
    return (
        f"takes {in_time(figure.seen)}, {times:.3g} times the {in_time(figure.there)} of `{figure.against}`"
    )


def _counted(figure: Figure) -> str:
    times = f"{figure.seen / figure.there:.3g} times " if figure.there else ""
    return f"executes {figure.seen:,.0f} instructions, {times}the {figure.there:,.0f} of `{figure.against}`"
