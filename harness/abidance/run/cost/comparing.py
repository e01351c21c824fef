"""Two libraries at the sizes that a contract names: in time, run after run in both orders, and in instructions."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.checks.evidence.costs import Beside, ComparedSize, Costs, SizeCurves
from abidance.checks.evidence.expectation import NOTHING
from abidance.core.catalogue import NOT_MEASURED
from abidance.core.costs import PICOSECOND, BudgetVerdict, CostKind, MeasuredCost, Quantile
from abidance.core.diagnostic import Diagnostic
from abidance.run.cost.against import (
    TELLABLE_STEPS,
    instructions_of_both,
    ratio_of,
    tellable_by,
    times_of_both,
)
from abidance.run.cost.interleaving import FEWEST_RUNS, MOST_RUNS, RUNS
from abidance.run.cost.interval import CONFIDENCE, interval_of_median
from abidance.run.cost.measuring import Measuring
from abidance.run.cost.sized_inputs import NoInput, SizedInput, sized_inputs
from abidance.run.cost.time_budgets import labels
from abidance.run.cost.timing import Interval
from abidance.run.search.search import Bug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.contract.model.cost import Comparison
    from abidance.core.events import ItemId
    from abidance.run.cost.execution import CostExecution
    from abidance.run.execution.runner import Runner

LONGEST = 40.0
"""Seconds after which no further runs are made, once there were the fewest."""
_CLAUSE = "no_worse_than"


@dataclass(frozen=True, slots=True)
class SizesVerdict:
    """What comparing at sizes found: the bug, why something was not judged, how many calls there were, their costs."""

    bugs: tuple[Bug, ...]
    reasons: tuple[Diagnostic, ...]
    calls: int
    costs: tuple[MeasuredCost, ...]


@dataclass(slots=True)
class _Compared:
    """One call that both libraries make."""

    input: SizedInput
    measuring: Measuring
    pairs: list[tuple[float, float]] = field(default_factory=list)
    steps: tuple[int, int] | None = None
    interval: Interval | None = None
    in_time: Beside = Beside.UNTOLD
    ended: bool = False
    why: str = ""
    """Why its instructions were not counted."""

    @property
    def seconds(self) -> tuple[float, float] | None:
        """Return the medians of the times here and there."""
        if not self.pairs:
            return None
        mine, theirs = (sorted(each)[len(each) // 2] for each in zip(*self.pairs, strict=True))
        return mine, theirs


@dataclass(slots=True)
class SizeComparison:
    """The comparison of one function's calls with those of another library."""

    item: ItemId
    function: BoundaryFunction
    clause: Comparison
    execution: CostExecution
    calls: list[_Compared] = field(default_factory=list)
    missing: list[NoInput] = field(default_factory=list)

    def judge(self, runner: Runner) -> SizesVerdict:
        """Measure, and return what that says of the clause."""
        cost = self.function.cost
        assert cost is not None
        boundary = self.execution.executor.boundary
        for each in sized_inputs(boundary, self.function, self.clause, self.execution.executor.bare):
            if isinstance(each, NoInput):
                self.missing.append(each)
            elif self.execution.comes_back_there(each.case):
                measuring = Measuring(
                    self.execution, self.function, each.case, cost, quick=False, only=frozenset()
                )
                self.calls.append(_Compared(each, measuring))
            else:
                why = f"a call with `{self.clause.over}` of {each.size:,} does not come back in `{self.clause.library}`"
                self.missing.append(NoInput(each.size, each.contents, why))
        self._time()
        if self.clause.instructions is not None:
            for call in self.calls:
                self._count(call)
        points = tuple(self._point(each) for each in self.calls)
        return SizesVerdict(
            (*self._bugs(points, runner),), (*self._reasons(points),), len(self.calls), (*self._costs(),)
        )

    def _time(self) -> None:
        """Time all calls in turns, until each is decided, or it has taken too long."""
        began = time.monotonic()
        for number in range(1, (MOST_RUNS if self.clause.factor is not None else 1) + 1):
            for call in self.calls:
                pair = None if call.ended else times_of_both(call.measuring, turned=bool(number % 2))
                call.ended = pair is None
                if pair is not None:
                    call.pairs.append(pair)
            late = number >= FEWEST_RUNS and time.monotonic() - began > LONGEST
            if late or number % RUNS == 0:
                for call in self.calls:
                    call.in_time = self._in_time(call)
                if late or all(each.in_time is not Beside.UNTOLD or each.ended for each in self.calls):
                    break

    def _in_time(self, call: _Compared) -> Beside:
        if call.ended or self.clause.factor is None:
            return Beside.UNTOLD
        tellable = tellable_by(self.clause)
        ratios = [ratio_of(mine, theirs, tellable) for mine, theirs in call.pairs]
        call.interval = Interval(sorted(ratios)[len(ratios) // 2], *interval_of_median(ratios))
        match call.interval.verdict(self.clause.factor, busy=False):
            case BudgetVerdict.BROKEN:
                return Beside.MORE
            case BudgetVerdict.KEPT:
                return Beside.LESS if call.interval.high < 1 else Beside.ALLOWED
            case _:
                return Beside.UNTOLD

    def _count(self, call: _Compared) -> None:
        counted = instructions_of_both(call.measuring, max(call.seconds or (0.0,)))
        if isinstance(counted, str):
            call.why = counted
        else:
            call.steps = counted

    def _in_instructions(self, call: _Compared) -> Beside:
        factor = self.clause.instructions
        if call.steps is None or factor is None:
            return Beside.UNTOLD
        mine, theirs = call.steps
        if mine > max(factor * theirs, theirs + TELLABLE_STEPS):
            return Beside.MORE
        return Beside.LESS if mine < theirs - TELLABLE_STEPS else Beside.ALLOWED

    def _point(self, call: _Compared) -> ComparedSize:
        return ComparedSize(
            call.input.size,
            _kind(call.input),
            call.seconds if self.clause.factor is not None else None,
            call.steps,
            call.in_time,
            self._in_instructions(call),
        )

    def _bugs(self, points: tuple[ComparedSize, ...], runner: Runner) -> Iterator[Bug]:
        """Yield what is found, once for the function, on the call that is the worst."""
        worse = [
            (call, point)
            for call, point in zip(self.calls, points, strict=True)
            if Beside.MORE in (point.in_time, point.in_instructions)
        ]
        if not worse:
            return
        in_time = any(point.in_time is Beside.MORE for _, point in worse)
        if in_time:
            worse = [each for each in worse if each[1].in_time is Beside.MORE]
        worst, _ = max(worse, key=lambda each: _excess(each[0], in_time=in_time))
        assert self.clause.over is not None
        curves = SizeCurves(
            self.clause.over.text,
            self.item.library,
            self.clause.library.text,
            self.clause.factor,
            self.clause.instructions,
            tellable_by(self.clause),
            points,
        )
        trial = replace(runner.bare(worst.input.case, NOTHING), costs=Costs(curves=curves))
        for diagnostic in runner.judge.findings(trial)[:1]:
            yield Bug(worst.input.case, NOTHING, diagnostic, len(self.calls))

    def _reasons(self, points: tuple[ComparedSize, ...]) -> Iterator[Diagnostic]:
        """Yield what was not judged, one for each cause."""
        over = self.clause.over
        causes: dict[str, list[str]] = {}
        for none in self.missing:
            causes.setdefault(none.why, []).append(f"{none.size:,}")
        busy = "the interval holds what is allowed; this machine was busy, or they are that near"
        ended = "a call that comes back alone did not when it was made again and again"
        for call, point in zip(self.calls, points, strict=True):
            size = f"{point.size:,}"
            if self.clause.factor is not None and point.in_time is Beside.UNTOLD:
                causes.setdefault(ended if call.ended else busy, []).append(size)
            if self.clause.instructions is not None and point.in_instructions is Beside.UNTOLD:
                causes.setdefault(call.why, []).append(size)
        for why, sizes in causes.items():
            named = ", ".join(dict.fromkeys(sizes))
            yield Diagnostic(
                NOT_MEASURED,
                f"`{_CLAUSE}` of `{self.function.name}` was not judged at `{over}` {named}: {why}",
                labels(self.function, _CLAUSE),
            )

    def _costs(self) -> Iterator[MeasuredCost]:
        """Yield what both libraries take at each size, and how that compares."""
        over, against = str(self.clause.over), self.clause.library.text
        name, build = self.item.function, self.item.build
        for call in self.calls:
            where = {"over": over, "size": call.input.size, "input": _kind(call.input)}
            for number, library in enumerate((self.item.library, against)):
                if call.seconds is not None:
                    taken = Quantile(0.5, round(call.seconds[number] / PICOSECOND))
                    runs = len(call.pairs)
                    yield MeasuredCost(name, library, build, CostKind.TIME, (taken,), runs=runs, **where)  # type: ignore[arg-type]
                if call.steps is not None:
                    seen = Quantile(1.0, call.steps[number])
                    yield MeasuredCost(name, library, build, CostKind.INSTRUCTIONS, (seen,), **where)  # type: ignore[arg-type]
            found, factor = call.interval, self.clause.factor
            if found is not None and factor is not None:
                verdict = found.verdict(factor, busy=False)
                ratio = Quantile(0.5, found.value, found.low, found.high, _CLAUSE, factor, verdict)
                yield MeasuredCost(
                    name,
                    self.item.library,
                    build,
                    CostKind.RATIO,
                    (ratio,),
                    runs=len(call.pairs),
                    confidence=CONFIDENCE,
                    against=against,
                    **where,  # type: ignore[arg-type]
                )


def _kind(one: SizedInput) -> str:
    """Return contents as people call them, of a Python function its name, and that the call fails where it does."""
    return " ".join(filter(None, (one.contents.rpartition(":")[2], "" if one.succeeds else "(fails)")))


def _excess(call: _Compared, *, in_time: bool) -> float:
    if in_time:
        return call.interval.value if call.interval is not None else 0.0
    mine, theirs = call.steps or (0, 1)
    return mine / theirs
