"""Running each case's call once more from its own callback, and both one after the other for a measure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from abidance.boundary.encode.encode import encode_lanes
from abidance.boundary.model.types import HandleShape
from abidance.checks.agreement.not_reentrant import NotReentrant
from abidance.checks.evidence.case_result import Threads
from abidance.checks.evidence.permissions import promises
from abidance.plan.call_order import ConcurrentCalls, Order
from abidance.plan.observation import WorkerEnding
from abidance.run.execution.pending import UndividedTurn
from abidance.run.execution.threads import ENDINGS, are_alike, is_unsteady, lanes_of, overlapping

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import Case
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.checks.evidence.expectation import Expectation
    from abidance.run.execution.executor import Executor

CALLS = 2


@dataclass(slots=True)
class ReentryExecution:
    """Makes each case's two calls one after the other, and then the second within the first.

    `entered` counts the cases in which the library called back, so that there was a call within another.
    """

    executor: Executor
    entered: int = 0

    @property
    def exhausted(self) -> str:
        """Return why no further call that ends a worker can be afforded."""
        return self.executor.exhausted

    def turn(self, case: Case, expectation: Expectation, time_limit: float | None = None) -> UndividedTurn:
        """Return a case whose two calls are to be run one after the other, and then one within the other."""
        return UndividedTurn(partial(self._run, case, expectation, time_limit))

    def _run(self, case: Case, expectation: Expectation, time_limit: float | None) -> CaseResult:
        executor, boundary = self.executor, self.executor.boundary
        shared = used_handle(boundary, boundary.functions[case.function])
        encoded = encode_lanes(boundary, case, CALLS, shared)
        limit = executor.limit_of(time_limit)

        def trial(order: Order) -> CaseResult:
            plan = replace(encoded.plan, lanes=ConcurrentCalls(CALLS, 0, order))
            executor.calls += CALLS
            return executor.bare_plan(replace(encoded, plan=plan), limit, expectation)

        alone = trial(Order.ALONE)
        if alone.death is not None or not alone.answered:
            return replace(alone, threads=Threads(CALLS, alone=alone))
        mixed = trial(Order.MIXED)
        steady = mixed.death is None and mixed.answered and are_alike(alone, mixed) and not is_unsteady(mixed)
        # On one handle what a call answers may well be about the one before it.
        steady = steady and (not shared or promises(alone, "pure"))
        within = trial(Order.WITHIN)
        if within.death is not None:
            self.entered += 1
            executor.timeouts += within.death.ending is WorkerEnding.TIMEOUT
            return replace(within, threads=Threads(CALLS))
        if is_unsteady(within):
            return replace(alone, threads=Threads(CALLS, alone=alone))  # nobody called back
        self.entered += 1
        pairs = tuple(zip(lanes_of(within), lanes_of(alone), strict=True))
        return replace(within, threads=Threads(CALLS, pairs, steady=steady))


find_reentered = overlapping(*ENDINGS, NotReentrant())
"""Finds what only being called again makes a call do."""


def used_handle(boundary: Boundary, function: BoundaryFunction) -> str:
    """Return the handle that both calls are made on: the first that is used, and not ended."""
    for member in function.members:
        if isinstance(member.shape, HandleShape) and not member.shape.made:
            ends = boundary.handles[member.shape.handle].destroy == function.name
            return "" if ends else member.shape.handle
    return ""
