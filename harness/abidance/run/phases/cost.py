"""Phase `cost`: what valid calls take, against the contract's budgets."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from hypothesis.errors import UnsatisfiedAssumption

from abidance.checks.cost.cost_grows_faster import CostGrowsFaster
from abidance.checks.cost.more_instructions_than_budget import MoreInstructionsThanBudget
from abidance.checks.evidence.expectation import NOTHING
from abidance.contract.expression import EvaluationError
from abidance.core.catalogue import NOT_MEASURED
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import HookError
from abidance.generate.complete import UnlawfulExampleError
from abidance.generate.scope import FilterLog
from abidance.generate.strategies import cases
from abidance.run.cost.comparing import SizeComparison, SizesVerdict
from abidance.run.cost.counted_costs import counted_costs
from abidance.run.cost.execution import GLANCES, CostExecution
from abidance.run.cost.growth import LEAST_SIZE, complete_of_size
from abidance.run.cost.interleaving import Interleaved
from abidance.run.cost.time_budgets import TIME_CLAUSES, clause_of, judge_time, labels, measured_by
from abidance.run.execution.context import ItemVerdict
from abidance.run.findings.confirm import confirmed
from abidance.run.inputs.accepted_costs import accepted_calls, digest, is_accepted
from abidance.run.inputs.applicability import MEASURED
from abidance.run.phases.examples import not_ready
from abidance.run.search.edges import edges
from abidance.run.search.search import Bug, look_for
from abidance.run.search.shrink_values import measure, minimise, weight

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.values import Case
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.checks.evidence.costs import Costs, Figure, Growth
    from abidance.contract.model.cost import Cost
    from abidance.core.costs import MeasuredCost
    from abidance.core.events import ItemId
    from abidance.run.execution.context import Context
    from abidance.run.execution.runner import Runner

DRAWN, EDGES, GROWN = 20, 60, 3
"""How many calls are generated, how many edge cases are looked at, and at how many contents for how they grow."""
LARGEST = 1 << 14
"""Growth is looked at up to this size."""
MOST_DEATHS = 10
LOOKING, SHORTENING, FEWEST = 30.0, 10.0, 5
"""Seconds after which no further calls are measured, once there were the fewest; and no smaller ones are tried."""
SMALLER = 8
"""So many times as many instructions are counted for smaller calls as for first looks."""
NEARLY, TRIES = 0.9, 60
"""A smaller call that costs so much of what the worst does is shown in its place; so many are tried."""
NAMED = 4
"""So many of the contract's own examples are timed, whatever they cost."""
OFTEN_BROKEN = 5
"""Once so many calls have broken a budget, no further ones are held to it."""


@dataclass(slots=True)
class _Worst:
    """Measures cases, and keeps the worst for each budget that is broken: by place, how bad, and on what."""

    context: Context
    runner: Runner
    execution: CostExecution
    valid: int = 0
    deaths: int = 0
    last_not_ready: CaseResult | None = None
    broken: dict[str, int] = field(default_factory=dict)
    slowest: dict[str, tuple[float, Case]] = field(default_factory=dict)
    """By clause that is about time: what share of its budget a call took, and the call."""
    instructions: Figure | None = None
    growth: Growth | None = None
    began: float = field(default_factory=time.monotonic)
    found: dict[str, tuple[float, Bug]] = field(default_factory=dict)

    def __call__(self, case: Case) -> None:
        """Measure a case; raises UnsatisfiedAssumption where it did not come back."""
        late = self.valid >= FEWEST and time.monotonic() - self.began > LOOKING
        if late or self.deaths >= MOST_DEATHS or not self.execution.only:
            return
        trial = self.runner.run(case, NOTHING)
        if trial.costs is None:
            self.deaths += trial.death is not None
            self.last_not_ready = self.last_not_ready if trial.death else trial
            raise UnsatisfiedAssumption
        self.valid += 1
        self.context.progress(self.valid)
        self.execution.only -= self.execution.unmeasured.keys()
        self._note(case, trial.costs)
        for diagnostic in self.runner.judge.findings(trial):
            clause = measured_by(diagnostic)
            self.broken[clause] = self.broken.get(clause, 0) + 1
            if self.broken[clause] >= OFTEN_BROKEN:
                self.execution.only -= {clause}
            excess = _excess(trial, diagnostic)
            if excess > self.found.get(diagnostic.place, (0.0,))[0]:
                self.found[diagnostic.place] = (excess, Bug(case, NOTHING, diagnostic, self.valid))

    def _note(self, case: Case, costs: Costs) -> None:
        """Keep what is the most of its kind."""
        for figure in costs.figures:
            share = figure.seen / figure.allowed if figure.allowed else figure.seen
            if figure.clause in TIME_CLAUSES and share > self.slowest.get(figure.clause, (0.0,))[0]:
                self.slowest[figure.clause] = share, case
            if figure.clause == "instructions" and (
                self.instructions is None or figure.seen > self.instructions.seen
            ):
                self.instructions = figure
        if costs.growth is not None and (
            self.growth is None or len(costs.growth.counts) > len(self.growth.counts)
        ):
            self.growth = costs.growth

    def bugs(self) -> list[Bug]:
        """Return what was found, each on the smallest case that is nearly as bad."""
        self.execution.quick = self.execution.hasty = True
        found = []
        for excess, bug in self.found.values():
            self.execution.only = frozenset((measured_by(bug.diagnostic),))
            self.execution.glances = SMALLER * GLANCES
            found.append(self._smallest(excess, bug))
        self.execution.quick = self.execution.hasty = False
        return found

    def _smallest(self, excess: float, bug: Bug) -> Bug:
        cost = self.context.function.cost
        accepted = bug.diagnostic.code == MoreInstructionsThanBudget.code and is_accepted(cost)
        if bug.diagnostic.code == CostGrowsFaster.code or accepted:
            return bug  # its call is as large as it was made to be, or one of those that were accepted

        end = time.monotonic() + SHORTENING

        def as_bad(case: Case) -> bool:
            if time.monotonic() > end:
                return False
            trial = self.runner.run(case, NOTHING)
            same = [each for each in self.runner.judge.findings(trial) if each.place == bug.diagnostic.place]
            return bool(same) and _excess(trial, same[0]) >= NEARLY * excess

        context = self.context
        return replace(bug, case=minimise(context.boundary, context.function, bug.case, as_bad, TRIES))


def judge(context: Context) -> ItemVerdict:
    """Measure calls, and tell the worst for each budget that is broken."""
    runner = context.calls
    execution = runner.execution
    assert isinstance(execution, CostExecution)
    cost = context.function.cost
    assert cost is not None
    log = FilterLog()
    worst = _Worst(context, runner, execution)
    try:
        clauses = [
            each for each in MEASURED if cost.says(each) and not (each == "no_worse_than" and at_sizes(cost))
        ]
        execution.only = frozenset(each for each in clauses if each != "scaling")
        if execution.only:
            for quick, case in _first(context):
                execution.quick = quick
                with suppress(UnsatisfiedAssumption, EvaluationError):
                    worst(case)
            execution.quick = False
            _draw(context, worst, {}, DRAWN, log)
        if cost.scaling is not None:
            execution.only = frozenset(("scaling",))
            _grow(context, worst, cost.scaling.over.text, log)
        turns = Interleaved(context.item, context.function, cost, execution)
        for name, case in _named(context, worst):
            turns.add(name, case)
        slowest = {clause: case for clause, (_, case) in worst.slowest.items()}
        timed = judge_time(turns, runner, worst.bugs(), slowest, worst.valid)
        intervals = {bug.diagnostic.place: bug.diagnostic for bug in timed.bugs}
        # That a call is slow once more adds nothing to its interval, which is what is told.
        findings = tuple(
            replace(each, diagnostic=intervals.get(each.diagnostic.place, each.diagnostic))
            if clause_of(each.diagnostic) in TIME_CLAUSES
            else each
            for each in confirmed(timed.bugs, runner, context)
        )
        sizes = _at_sizes(context, execution, cost)
        again = [(bug, confirmed((bug,), runner, context)) for bug in sizes.bugs]
        findings += tuple(replace(each, diagnostic=bug.diagnostic) for bug, found in again for each in found)
        unsure = tuple(_not_again(context, bug) for bug, found in again if not found)
    finally:
        runner.anew()  # what so many calls have kept goes with the worker
    unjudged = _unjudged(context, worst, cost) if clauses else ()
    reasons = () if findings else (*unjudged, *timed.reasons, *sizes.reasons, *unsure)
    counted = counted_costs(context.item, worst.instructions, worst.growth)
    among = () if execution.among is None else (_in(context.item, execution.among),)
    costs = (*timed.costs, *among, *counted, *sizes.costs)
    return ItemVerdict(findings, reasons, worst.valid + sizes.calls, costs=costs)


def _not_again(context: Context, bug: Bug) -> Diagnostic:
    """Return that something was found once, and not when it was measured again."""
    clause, seen = measured_by(bug.diagnostic), bug.diagnostic.message
    return Diagnostic(
        NOT_MEASURED,
        f"`{clause}` of `{context.function.name}` was not judged: {seen}, but not when it was measured again",
        labels(context.function, clause),
        help="run it again, alone; `instructions` is a budget that holds on a shared machine",
    )


def at_sizes(cost: Cost) -> bool:
    """Tell whether libraries are compared at sizes that the contract names, and not in calls that turn up."""
    return cost.no_worse_than is not None and bool(cost.no_worse_than.sizes)


def _at_sizes(context: Context, execution: CostExecution, cost: Cost) -> SizesVerdict:
    """Compare two libraries at the sizes that the contract names."""
    clause = cost.no_worse_than
    if clause is None or not clause.sizes or execution.other is None:
        return SizesVerdict((), (), 0, ())
    # Calls that are made again are compared alone.
    execution.only = frozenset()
    comparison = SizeComparison(context.item, context.function, clause, execution)
    return comparison.judge(context.calls)


def _in(item: ItemId, cost: MeasuredCost) -> MeasuredCost:
    return replace(cost, library=item.library, build=item.build)


def _named(context: Context, worst: _Worst) -> Iterator[tuple[str, Case]]:
    """Yield calls that people know by a name, of those that came back."""
    if worst.valid:
        for name, case in islice(accepted_calls(context.boundary, context.function), NAMED):
            with suppress(EvaluationError):
                if worst.execution.comes_back(case):
                    yield name, case


def _excess(trial: CaseResult, diagnostic: Diagnostic) -> float:
    """Return how many times what is allowed was seen; of growth, more for what shows at smaller sizes."""
    costs = trial.costs
    assert costs is not None
    if diagnostic.code == CostGrowsFaster.code and costs.growth is not None:
        return 1 / costs.growth.counts[-1][0]
    clause = diagnostic.place.rpartition(":")[2]
    figure = next(each for each in costs.figures if each.clause == clause)
    return figure.seen / figure.allowed if figure.allowed else figure.seen


def _first(context: Context) -> Iterator[tuple[bool, Case]]:
    """Yield the contract's own examples, and then the largest edge cases, at which a glance is enough."""
    for _, case in accepted_calls(context.boundary, context.function):
        yield False, case
    for case in sorted(edges(context).cases, key=weight, reverse=True)[:EDGES]:
        yield True, case


def _draw(context: Context, worst: _Worst, given: Mapping[str, object], most: int, log: FilterLog) -> None:
    """Measure calls that Hypothesis generates."""
    strategy = cases(context.boundary, context.function, given=given, log=log)
    look_for(context, strategy, worst, min(context.settings.max_examples or most, most), shrink=False)


def _grow(context: Context, worst: _Worst, over: str, log: FilterLog) -> None:
    """Look at how the cost grows: at the largest size whose instructions can be counted, on several contents."""
    found = list(_sizes(context, worst.execution, over))
    if not found:
        worst.execution.unmeasured["scaling"] = f"no valid call with `{over}` at {LEAST_SIZE} can be counted"
        return
    given, case = found[-1]
    with suppress(UnsatisfiedAssumption, EvaluationError):
        worst(case)
    _draw(context, worst, given, GROWN, log)


def _sizes(
    context: Context, execution: CostExecution, over: str
) -> Iterator[tuple[Mapping[str, object], Case]]:
    """Yield the simplest calls at sizes that double, as long as their instructions can be counted."""
    size = LEAST_SIZE
    while size <= LARGEST:
        try:
            case = complete_of_size(context.boundary, context.function, over, size)
        except (UnlawfulExampleError, EvaluationError, HookError):
            return
        if measure(case.arguments.get(over)) != size or not execution.countable(case):
            return
        yield {over: case.arguments[over]}, case
        size *= 2


def _unjudged(context: Context, worst: _Worst, cost: Cost) -> Iterator[Diagnostic]:
    """Yield why something was not judged of any call."""
    function, execution = context.function, worst.execution
    if not worst.valid and not execution.unmeasured and worst.deaths and worst.last_not_ready is None:
        yield Diagnostic(
            NOT_MEASURED,
            f"`cost` of `{function.name}` was not judged: no call of it returned",
            (Label(cost.span), Label(function.declaration.span)),
            help="the other phases show how it ends",
        )
        return
    if not worst.valid and not execution.unmeasured:
        yield not_ready(context, worst.last_not_ready)
        return
    if is_accepted(cost):
        calls = accepted_calls(context.boundary, function)
        missing = [name for name, case in calls if digest(case) not in execution.accepted]
        if missing:
            yield Diagnostic(
                NOT_MEASURED,
                f"what `{function.name}` executes was not judged: nothing is accepted for {', '.join(missing)} in "
                f"`{context.item.library}`",
                (Label(cost.key_span("instructions")), Label(function.declaration.span)),
                help=f"`abidance accept {context.boundary.contract.path.name}` stores what it executes now",
            )
    for clause, why, remedy in _reasons(execution):
        yield Diagnostic(
            NOT_MEASURED,
            f"`{clause}` of `{function.name}` was not judged: {why}",
            labels(function, clause),
            help=remedy,
        )


def _reasons(execution: CostExecution) -> Iterator[tuple[str, str, str | None]]:
    """Yield the clauses that were measured in vain, each with why and what helps."""
    for clause, why in execution.unmeasured.items():
        yield clause, why, None
    apart = execution.apart - execution.torn - execution.told
    for clauses, why, remedy in (
        (
            apart,
            "its threads passed by each other, and too few calls ran at the same time",
            "run it again, alone; the less a call takes, the rarer it meets another",
        ),
        (
            execution.torn,
            "the same call keeps it in some series, and not in others",
            "run it again, alone, or with a budget that leaves room",
        ),
        (
            execution.strained - execution.apart - execution.torn - execution.told,
            "this machine was busy with other things",
            "run it again, alone; `instructions` is a budget that holds on a shared machine",
        ),
    ):
        for clause in sorted(clauses):
            yield clause, why, remedy
