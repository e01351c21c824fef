"""Running each case for what it costs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from abidance.boundary.encode.encode import encode, encode_lanes
from abidance.checks.cost.cost_grows_faster import CostGrowsFaster
from abidance.checks.cost.more_instructions_than_budget import MoreInstructionsThanBudget
from abidance.checks.cost.slower_on_threads import SlowerOnThreads
from abidance.checks.cost.slower_than_budget import SlowerThanBudget
from abidance.checks.cost.slower_than_other import SlowerThanOther
from abidance.checks.evidence.case_result import CaseResult
from abidance.checks.evidence.case_run import CaseRun
from abidance.checks.evidence.expectation import NOTHING
from abidance.plan.call_order import FEWEST_STEPS, ConcurrentCalls, Order
from abidance.run.cost.growth import GROWTH_STEPS
from abidance.run.cost.measuring import Measuring
from abidance.run.execution.judge import asking
from abidance.run.execution.pending import UndividedTurn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.encode.encoded_plan import Encoded
    from abidance.boundary.model.values import Case
    from abidance.checks.evidence.expectation import Expectation
    from abidance.core.costs import MeasuredCost
    from abidance.execute.supervisor import Supervisor
    from abidance.run.execution.executor import Executor
    from abidance.toolchain.library import Artifact

GLANCES = 1 << 16
"""So many instructions of an item are counted for first looks: each takes microseconds."""
SECONDS = 30.0
"""For a call whose instructions are counted."""
find_costly = asking(
    MoreInstructionsThanBudget(), CostGrowsFaster(), SlowerThanBudget(), SlowerThanOther(), SlowerOnThreads()
)
"""Finds what costs too much; how a call ends is for other phases to tell."""


@dataclass(slots=True)
class CostExecution:
    """Measures what the contract sets a budget for. `other` runs the library to compare with; `artifacts` are both.

    With `quick`, what keeps its budget at first sight is not looked at again; with `hasty`, neither is what breaks
    it. With `only`, nothing but those clauses is measured. `unmeasured` are clauses that could not be measured here,
    with the reason; `strained` those that a busy machine hid; `apart` those of several threads whose calls did not run
    at the same time; `torn` those of which calls say this and that; `told` those that were judged at least once. `died`
    tells that the last call that was measured did not come back, though it does when it is not. `glances` are the
    instructions that are left for first looks; `contended` calls were measured while others were made, and
    `among` is what that came to, without its library and build. `accepted` are names and instructions of the calls that
    were accepted, by their digest.
    """

    executor: Executor
    other: Supervisor | None = None
    artifacts: tuple[Artifact, ...] = ()
    quick: bool = False
    hasty: bool = False
    only: frozenset[str] = frozenset()
    glances: int = GLANCES
    contended: int = 0
    among: MeasuredCost | None = None
    accepted: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    died: bool = False
    unmeasured: dict[str, str] = field(default_factory=dict)
    strained: set[str] = field(default_factory=set)
    apart: set[str] = field(default_factory=set)
    torn: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)

    @property
    def exhausted(self) -> str:
        """Return why no further call that ends a worker can be afforded."""
        return self.executor.exhausted

    def turn(self, case: Case, expectation: Expectation, time_limit: float | None = None) -> UndividedTurn:
        """Return a case to be run and measured."""
        return UndividedTurn(partial(self._run, case, expectation, time_limit))

    def _run(self, case: Case, expectation: Expectation, time_limit: float | None) -> CaseResult:
        executor = self.executor
        function = executor.boundary.functions[case.function]
        case = executor.staged(case).case
        encoded = encode(executor.boundary, case)
        limit = executor.limit_of(time_limit)
        trial = executor.bare_plan(encoded, limit, expectation)
        executor.calls += 1
        if trial.death is not None or not trial.answered or function.cost is None:
            return trial
        quick = self.quick and time_limit is None
        only = self.only if time_limit is None else frozenset[str]()
        return replace(trial, costs=Measuring(self, function, case, function.cost, quick, only).costs())

    def steps(self, case: Case, exponent: int, supervisor: Supervisor | None = None) -> int:
        """Return how many instructions a call executes, no more than can be; 0 where they cannot be counted.

        The library is that of `supervisor`, or the one under test.
        """
        runs = supervisor or self.executor.supervisor
        encoded = encode_lanes(self.executor.boundary, case, 1)
        runs.run(encoded.plan, self.executor.time_limit)  # what a first call does once is past then
        numbers = self.measured(runs, encoded, ConcurrentCalls(1, exponent, Order.STEPPED))
        return numbers[0][0] if numbers else 0

    def least(self, case: Case, exponent: int, supervisor: Supervisor | None = None) -> int:
        """Return how many instructions a call executes at least: the state of the heap need not be the same."""
        seen = self.steps(case, exponent, supervisor)
        return min(seen, self.steps(case, exponent, supervisor)) if seen else 0

    def comes_back(self, case: Case) -> bool:
        """Tell whether a call can be made, and comes back."""
        trial = self.executor.bare(case)
        return trial.death is None and trial.answered

    def there(self, case: Case) -> CaseResult | None:
        """Make a call in the library to compare with; None where there is none."""
        if self.other is None:
            return None
        boundary = self.executor.boundary
        encoded = encode(boundary, case)
        observation = self.other.run(encoded.plan, self.executor.time_limit)
        self.executor.calls += 1
        return CaseResult(CaseRun(boundary, encoded, observation), self.executor.phase, NOTHING)

    def comes_back_there(self, case: Case) -> bool:
        """Tell whether a call comes back in the library to compare with."""
        there = self.there(case)
        return there is not None and there.death is None and there.answered

    def countable(self, case: Case) -> bool:
        """Tell whether a call comes back, and its instructions can be counted as often as growth takes."""
        return self.comes_back(case) and 0 < self.steps(case, GROWTH_STEPS) < FEWEST_STEPS << GROWTH_STEPS

    def measured(
        self, supervisor: Supervisor, encoded: Encoded, lanes: ConcurrentCalls
    ) -> tuple[tuple[int, ...], ...]:
        """Return what each lane measured; nothing when one did not come back, or nothing could be measured."""
        plan = replace(encoded.plan, lanes=lanes)
        again = 6 * self.executor.time_limit  # a few calls are made, however long they take
        observation = supervisor.run(plan, SECONDS if lanes.order is Order.STEPPED else again)
        self.executor.calls += lanes.count
        made = observation.calls[plan.subject : plan.subject + lanes.count]
        self.died = observation.death is not None
        if self.died or not all(each.ran and each.measured for each in made):
            return ()
        return tuple(each.measured for each in made)
