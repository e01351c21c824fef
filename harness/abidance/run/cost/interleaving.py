"""A few calls measured in turns, run after run, until their intervals decide about the budgets or enough was tried.

Whatever the machine does meanwhile befalls all of them alike. A run is one series of each call, and one pair of series
where two libraries are compared.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.core.costs import (
    PICOSECOND,
    BudgetVerdict,
    CostKind,
    Histogram,
    MeasuredCost,
    Quantile,
)
from abidance.run.cost.against import ratio_of, tellable_by, times_of_both
from abidance.run.cost.interval import CONFIDENCE, interval_of_median, interval_of_share
from abidance.run.cost.machine_load import MachineLoad
from abidance.run.cost.measuring import Measuring
from abidance.run.cost.timing import FEWEST_LATE, SHARES, Interval, Series, is_late_by_itself, quantile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import Case
    from abidance.contract.model.cost import Cost
    from abidance.core.events import ItemId
    from abidance.run.cost.execution import CostExecution

RUNS, MOST_RUNS = 12, 36
"""So many runs are made, and so many more each time that they decide nothing, up to the most."""
FEWEST_RUNS = 6
"""Fewer runs than this have no interval."""
LONGEST = 20.0
"""Seconds after which no further runs are made, once there were the fewest."""
KEPT_SHARES = (0.5, 0.99, 0.999)
"""What is told of every call that was timed, whether there is a budget or not."""


@dataclass(slots=True)
class InterleavedCall:
    """One call that is measured in turns with others; `name` is what people call it."""

    name: str
    case: Case
    measuring: Measuring
    series: list[Series] = field(default_factory=list)
    streams: list[float] = field(default_factory=list)
    disturbed: int = 0
    """So many of the streams had the processor taken away from them."""
    pairs: list[tuple[float, float]] = field(default_factory=list)
    """Medians of this library and of the other one, in seconds."""
    needed: bool = False
    """There is a budget that it is to decide about."""
    ended: bool = False
    """It can no longer be measured."""

    def run(self) -> None:
        """Measure it once more."""
        measuring, cost = self.measuring, self.measuring.cost
        series = measuring.series(measuring.supervisor)
        self.ended = not series.times
        if self.ended:
            return
        self.series.append(series)
        if cost.throughput is not None:
            self._stream(series)
        clause = cost.no_worse_than
        if clause is not None and clause.factor is not None and not clause.sizes:
            turned = bool(len(self.pairs) % 2)
            if (pair := times_of_both(measuring, turned=turned)) is not None:
                self.pairs.append(pair)

    def _stream(self, series: Series) -> None:
        measuring = self.measuring
        if not measuring.streams:
            self.streams.append(series.mean)
            self.disturbed += series.preempted > 0
        elif (stream := measuring.stream()) is not None:
            seconds, preempted = stream
            if seconds is not None:
                self.streams.append(seconds)
                self.disturbed += preempted > 0


@dataclass(slots=True)
class Interleaved:
    """Calls of one function that are measured in turns."""

    item: ItemId
    function: BoundaryFunction
    cost: Cost
    execution: CostExecution
    load: MachineLoad = field(default_factory=MachineLoad)
    calls: list[InterleavedCall] = field(default_factory=list)
    found: list[tuple[InterleavedCall, MeasuredCost]] = field(default_factory=list)

    def add(self, name: str, case: Case, *, needed: bool = False) -> None:
        """Take in a call, unless it is there already; one that is not `needed` goes where there is no time for it."""
        same = next((each for each in self.calls if each.case == case), None)
        if same is None:
            measuring = Measuring(
                self.execution, self.function, case, self.cost, quick=False, only=frozenset()
            )
            self.calls.append(InterleavedCall(name, case, measuring, needed=needed))
        else:
            same.needed |= needed

    def run(self) -> None:
        """Measure all calls in turns, until all is decided, nothing more can be, or it has taken too long."""
        began = time.monotonic()
        for number in range(1, MOST_RUNS + 1):
            alive = [call for call in self.calls if not call.ended]
            for call in alive:
                call.run()
            if not alive:
                self._settle()
                break
            self.load.look()
            taken = time.monotonic() - began
            if number == 1 and taken * FEWEST_RUNS > LONGEST:
                self.calls = [call for call in self.calls if call.needed]
            late = number >= FEWEST_RUNS and taken > LONGEST
            if (late or number % RUNS == 0) and (self._settle() or late):
                break

    def _settle(self) -> bool:
        """Work out the intervals; return whether they decide about everything."""
        self.found = [
            (call, cost)
            for call in self.calls
            if len(call.series) >= FEWEST_RUNS
            for cost in self._costs(call)
        ]
        return all(
            each.verdict is not BudgetVerdict.UNDECIDED for _, cost in self.found for each in cost.quantiles
        )

    @property
    def costs(self) -> tuple[MeasuredCost, ...]:
        """Return what all calls were measured to cost."""
        return tuple(cost for _, cost in self.found)

    def _costs(self, call: InterleavedCall) -> Iterator[MeasuredCost]:
        yield self._times(call)
        if call.streams and self.cost.throughput is not None:
            yield self._rate(call)
        if call.pairs and self.cost.no_worse_than is not None:
            yield self._ratio(call)

    def _times(self, call: InterleavedCall) -> MeasuredCost:
        runs = [each.times for each in call.series]
        times = sorted(time for run in runs for time in run)
        shares = {share: "" for share in KEPT_SHARES if (1 - share) * len(times) >= FEWEST_LATE}
        shares |= {SHARES[name]: name for name in SHARES if getattr(self.cost, name) is not None}
        return MeasuredCost(
            self.item.function,
            self.item.library,
            self.item.build,
            CostKind.TIME,
            tuple(self._quantile(call.series, runs, times, share, shares[share]) for share in sorted(shares)),
            calls=len(times),
            runs=len(runs),
            confidence=CONFIDENCE if any(shares.values()) else 0.0,
            histogram=Histogram.of(times),
            input=call.name,
        )

    def _quantile(
        self,
        series: Sequence[Series],
        runs: Sequence[Sequence[int]],
        times: Sequence[int],
        share: float,
        clause: str,
    ) -> Quantile:
        if not clause:
            return Quantile(share, quantile(times, share))
        found = Interval(quantile(times, share), *interval_of_share(runs, share))
        allowed = getattr(self.cost, clause).value / PICOSECOND
        verdict = found.verdict(allowed, busy=self.load.is_busy)
        if verdict is BudgetVerdict.BROKEN and not is_late_by_itself(series, share, allowed):
            verdict = BudgetVerdict.UNDECIDED
        return Quantile(share, found.value, found.low, found.high, clause, allowed, verdict)

    def _rate(self, call: InterleavedCall) -> MeasuredCost:
        clause = self.cost.throughput
        assert clause is not None
        middle = sorted(call.streams)[len(call.streams) // 2]
        disturbed = call.disturbed > len(call.streams) // 4
        found, verdict = Interval(middle, middle, middle), BudgetVerdict.UNDECIDED
        if len(call.streams) >= FEWEST_RUNS:
            found = Interval(middle, *interval_of_median(call.streams))
            verdict = found.verdict(1 / clause.rate.value, busy=self.load.is_busy or disturbed)
        quick, slow = 1 / max(found.low, PICOSECOND), 1 / max(found.high, PICOSECOND)
        rate = Quantile(
            0.5, 1 / max(middle, PICOSECOND), slow, quick, "throughput", clause.rate.value, verdict
        )
        return self._counted(call, CostKind.RATE, rate, len(call.streams), threads=clause.threads)

    def _ratio(self, call: InterleavedCall) -> MeasuredCost:
        clause = self.cost.no_worse_than
        assert clause is not None
        assert clause.factor is not None
        tellable = tellable_by(clause)
        ratios = [ratio_of(mine, theirs, tellable) for mine, theirs in call.pairs]
        middle = sorted(ratios)[len(ratios) // 2]
        found, verdict = Interval(middle, middle, middle), BudgetVerdict.UNDECIDED
        if len(ratios) >= FEWEST_RUNS:
            found = Interval(middle, *interval_of_median(ratios))
            verdict = found.verdict(clause.factor, busy=False)
        ratio = Quantile(0.5, found.value, found.low, found.high, "no_worse_than", clause.factor, verdict)
        return self._counted(call, CostKind.RATIO, ratio, len(ratios), against=clause.library.text)

    def _counted(
        self,
        call: InterleavedCall,
        kind: CostKind,
        found: Quantile,
        runs: int,
        *,
        threads: int = 1,
        against: str = "",
    ) -> MeasuredCost:
        return MeasuredCost(
            self.item.function,
            self.item.library,
            self.item.build,
            kind,
            (found,),
            runs=runs,
            confidence=CONFIDENCE,
            input=call.name,
            threads=threads,
            against=against,
        )
