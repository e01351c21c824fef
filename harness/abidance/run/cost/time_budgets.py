"""What interleaved runs decide about budgets of time: the last word, after many calls had a first look."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.checks.cost.slower_than_other import TELLABLE
from abidance.checks.evidence.costs import Costs, Figure, clause_span
from abidance.checks.evidence.expectation import NOTHING
from abidance.core.catalogue import NOT_MEASURED
from abidance.core.costs import PICOSECOND, BudgetVerdict, CostKind, in_words
from abidance.core.diagnostic import Diagnostic, Label
from abidance.run.cost.timing import SHARES
from abidance.run.search.search import Bug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import Case
    from abidance.core.costs import MeasuredCost, Quantile
    from abidance.run.cost.interleaving import Interleaved, InterleavedCall
    from abidance.run.execution.runner import Runner

TIME_CLAUSES = (*SHARES, "throughput", "no_worse_than")


@dataclass(frozen=True, slots=True)
class TimeVerdict:
    """Which budgets of time are broken, by which calls, why others were not judged, and what calls cost."""

    bugs: tuple[Bug, ...]
    reasons: tuple[Diagnostic, ...]
    costs: tuple[MeasuredCost, ...]


def judge_time(
    turns: Interleaved, runner: Runner, bugs: Sequence[Bug], slowest: Mapping[str, Case], tried: int
) -> TimeVerdict:
    """Measure the calls of `turns` in turns with those that a first look found wanting, and the slowest of the others.

    `bugs` are what the first look found, on the smallest call each, and `slowest` the slowest of `tried` calls by
    clause. Bugs that are not about time stay as they are.
    """
    about_time = {clause: bug for bug in bugs if (clause := clause_of(bug.diagnostic)) in TIME_CLAUSES}
    for clause in TIME_CLAUSES:
        case = about_time[clause].case if clause in about_time else slowest.get(clause)
        if case is not None:
            turns.add(f"the slowest of {tried} calls", case, needed=True)
    turns.run()
    kept = [bug for bug in bugs if clause_of(bug.diagnostic) not in TIME_CLAUSES]
    reasons = []
    for clause in TIME_CLAUSES:
        told = [each for each in turns.found if any(one.clause == clause for one in each[1].quantiles)]
        if not told and clause in about_time:
            kept.append(about_time[clause])  # it cannot be measured that often
        broken = [each for each in told if _of(each[1], clause).verdict is BudgetVerdict.BROKEN]
        undecided = [each for each in told if _of(each[1], clause).verdict is BudgetVerdict.UNDECIDED]
        if broken:
            kept += _bugs(runner, max(broken, key=lambda each: _excess(each[1], clause)), clause, tried)
        elif undecided:
            worst = max(undecided, key=lambda each: _excess(each[1], clause))
            reasons.append(_undecided(turns, worst[1], clause))
    return TimeVerdict(tuple(kept), tuple(reasons), turns.costs)


def clause_of(diagnostic: Diagnostic) -> str:
    """Return the clause of `cost` that a finding is about."""
    return diagnostic.place.rpartition(":")[2]


def measured_by(diagnostic: Diagnostic) -> str:
    """Return the clause that measuring is asked for by: of one within another, such as ``threads.p99``, the outer."""
    return clause_of(diagnostic).partition(".")[0]


def _of(cost: MeasuredCost, clause: str) -> Quantile:
    return next(each for each in cost.quantiles if each.clause == clause)


def _excess(cost: MeasuredCost, clause: str) -> float:
    found = _of(cost, clause)
    ratio = found.value / (found.allowed or PICOSECOND)
    return 1 / max(ratio, PICOSECOND) if cost.kind is CostKind.RATE else ratio


def _bugs(runner: Runner, broken: tuple[InterleavedCall, MeasuredCost], clause: str, tried: int) -> list[Bug]:
    """Return what a budget that is broken is told as; nothing where the call does not come back any more."""
    call, cost = broken
    found = _of(cost, clause)
    assert found.allowed is not None
    words = f"{cost.words(found)}, of {call.name}"
    match cost.kind:
        case CostKind.TIME:
            figure = Figure(clause, found.allowed * PICOSECOND, found.value * PICOSECOND, (words,))
        case CostKind.RATE:
            threaded = (f"on {cost.threads} threads at once",) if cost.threads > 1 else ()
            figure = Figure(clause, 1 / found.allowed, 1 / found.value, (*threaded, words))
        case _:
            mine, theirs = (sorted(each)[len(each) // 2] for each in zip(*call.pairs, strict=True))
            if theirs < TELLABLE:
                words = f"of {call.name}"  # a ratio to what the clock hardly sees says nothing
            words += f"; {found.allowed:g} times is allowed"
            figure = Figure(
                clause,
                min(theirs * found.allowed, mine * 0.999),
                mine,
                (words,),
                against=cost.against,
                there=theirs,
            )
    trial = replace(runner.bare(call.case, NOTHING), costs=Costs((figure,)))
    found_again = [each for each in runner.judge.findings(trial) if clause_of(each) == clause]
    return [Bug(call.case, NOTHING, each, tried) for each in found_again[:1]]


def _undecided(turns: Interleaved, cost: MeasuredCost, clause: str) -> Diagnostic:
    found = _of(cost, clause)
    assert found.allowed is not None
    allowed = in_words(cost.kind, found.allowed)
    inside = found.low is not None and found.high is not None and found.low <= found.allowed <= found.high
    words = f"{cost.words(found)}, where {allowed} {'are promised' if cost.kind is CostKind.RATE else 'are allowed'}"
    if not inside:
        words += "; this machine was busy, which may make as much of a difference"
    return Diagnostic(
        NOT_MEASURED,
        f"`{clause}` of `{turns.function.name}` was not judged: {words}",
        labels(turns.function, clause),
        help="run it again, alone; `instructions` is a budget that holds on a shared machine",
    )


def labels(function: BoundaryFunction, clause: str) -> tuple[Label, ...]:
    """Return the contract's line of a clause of `cost`, and the header's line of the function."""
    assert function.cost is not None
    return Label(clause_span(function.cost, clause)), Label(function.declaration.span)
