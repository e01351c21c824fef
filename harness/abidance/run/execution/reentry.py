"""Running each case's call once more from its own callback, and both one after the other for a measure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.encode import encode_lanes
from abidance.boundary.model.types import HandleShape
from abidance.checks.agreement.not_reentrant import NotReentrant
from abidance.checks.evidence.case_result import CaseResult, Threads
from abidance.checks.evidence.case_run import CaseRun
from abidance.checks.evidence.permissions import promises
from abidance.checks.process.crashed import Crashed
from abidance.checks.process.process_exited import ProcessExited
from abidance.checks.process.sanitizer_report import SanitizerReport
from abidance.checks.process.timed_out import TimedOut
from abidance.plan.observation import WorkerEnding
from abidance.plan.plan import ConcurrentCalls, Order
from abidance.run.execution.runner import Runner
from abidance.run.execution.threads import are_alike, is_unsteady, lanes_of

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary, BoundaryFunction
    from abidance.boundary.model.values import Case
    from abidance.checks.evidence.expectation import Expectation
    from abidance.core.diagnostic import Diagnostic

CALLS = 2
_CHECKS = (Crashed(), TimedOut(), SanitizerReport(), ProcessExited(), NotReentrant())


@dataclass(slots=True)
class ReentryRunner(Runner):
    """A runner that makes each case's two calls one after the other, and then the second within the first.

    `entered` counts the cases in which the library called back, so that there was a call within another.
    """

    entered: int = 0

    def run(self, case: Case, expectation: Expectation, time_limit: float | None = None) -> CaseResult:
        """Run a case; raises what Runner.run raises."""
        function = self.boundary.functions[case.function]
        shared = used_handle(self.boundary, function)
        encoded = encode_lanes(self.boundary, case, CALLS, shared)
        limit = self.limit if time_limit is None else time_limit

        def trial(order: Order) -> CaseResult:
            plan = replace(encoded.plan, lanes=ConcurrentCalls(CALLS, 0, order))
            self.calls += CALLS
            observation = self.supervisor.run(plan, limit)
            return CaseResult(
                CaseRun(self.boundary, replace(encoded, plan=plan), observation), self.phase, expectation
            )

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
            self.timeouts += within.death.ending is WorkerEnding.TIMEOUT
            return replace(within, threads=Threads(CALLS))
        if is_unsteady(within):
            return replace(alone, threads=Threads(CALLS, alone=alone))  # nobody called back
        self.entered += 1
        pairs = tuple(zip(lanes_of(within), lanes_of(alone), strict=True))
        return replace(within, threads=Threads(CALLS, pairs, steady=steady))

    def judge(self, trial: CaseResult) -> list[Diagnostic]:
        """Return what only being called again makes it do."""
        if trial.threads is None or trial.threads.alone is not None:
            return []
        return [found for check in _CHECKS for found in check.judge(trial)]


def used_handle(boundary: Boundary, function: BoundaryFunction) -> str:
    """Return the handle that both calls are made on: the first that is used, and not ended."""
    for member in function.members:
        if isinstance(member.shape, HandleShape) and not member.shape.made:
            ends = boundary.handles[member.shape.handle].destroy == function.name
            return "" if ends else member.shape.handle
    return ""
