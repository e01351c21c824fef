"""Running each case on several threads at once, and on one thread for a measure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from abidance.boundary.encode.encode import encode_lanes
from abidance.boundary.model.types import HandleShape
from abidance.boundary.resolve.freeing import leaves_owned
from abidance.checks.agreement.not_thread_safe import NotThreadSafe
from abidance.checks.agreement.update_lost import UpdateLost
from abidance.checks.evidence.answers import answers, differences
from abidance.checks.evidence.case_result import CaseResult, Threads
from abidance.checks.evidence.permissions import promises
from abidance.checks.process.crashed import Crashed
from abidance.checks.process.process_exited import ProcessExited
from abidance.checks.process.sanitizer_report import SanitizerReport
from abidance.checks.process.timed_out import TimedOut
from abidance.plan.call_order import ConcurrentCalls, Order
from abidance.plan.observation import WorkerEnding
from abidance.run.execution.gathering import Gathering
from abidance.run.execution.judge import asking
from abidance.run.execution.pending import UndividedTurn, killed
from abidance.run.inputs.applicability import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import Case
    from abidance.checks.check import Check
    from abidance.checks.evidence.expectation import Expectation
    from abidance.run.execution.executor import Executor
    from abidance.run.execution.judge import CallFindings

COLD = 1
"""So many times for each case, threads are the first to call the library in a new process."""
OFTEN, SELDOM, ONCE = 10, 4, 0
"""Rounds, as powers of two: what is made anew at each and given to nobody adds up."""
FEW_DEATHS = 20
GATHERED, TRIES = 20, 6
"""So many cases of a function are gathered from threads that begin together, each so often."""
AGAIN = 10
ENDINGS = (Crashed(), TimedOut(), SanitizerReport(), ProcessExited())


@dataclass(slots=True)
class ThreadExecution:
    """Makes each case's calls on one thread, and then on several at once.

    `came_back` counts the cases that came back alone; those that do not are for other phases to tell. `gathered` are
    those whose successes on threads were counted.
    """

    executor: Executor
    came_back: int = 0
    compared: int = 0
    gathered: int = 0
    deaths: int = 0

    def turn(self, case: Case, expectation: Expectation, time_limit: float | None = None) -> UndividedTurn:
        """Return a case to be run on one thread, and then on several."""
        return UndividedTurn(partial(self._run, case, expectation, time_limit))

    def _run(self, case: Case, expectation: Expectation, time_limit: float | None) -> CaseResult:
        executor, boundary = self.executor, self.executor.boundary
        function = boundary.functions[case.function]
        shared = shared_handle(boundary, function)
        encoded = encode_lanes(boundary, case, AT_ONCE, shared)
        limit = executor.limit_of(time_limit)

        def trial(order: Order, rounds: int = rounds_of(boundary, function)) -> CaseResult:
            plan = replace(encoded.plan, lanes=ConcurrentCalls(AT_ONCE, rounds, order))
            executor.calls += AT_ONCE
            return executor.bare_plan(replace(encoded, plan=plan), limit, expectation)

        alone = trial(Order.ALONE)
        if alone.death is not None or not alone.answered:
            if alone.death is not None and alone.death.ending is WorkerEnding.TIMEOUT:
                executor.timeouts += 1
            return replace(alone, threads=Threads(AT_ONCE, alone=alone))
        mixed = trial(Order.MIXED)
        steady = mixed.death is None and mixed.answered and are_alike(alone, mixed) and not is_unsteady(mixed)
        # On one handle the order of calls is what their answers may be about.
        steady = steady and (not shared or promises(alone, "pure"))
        # A case that is known to fail, or is asked for again, is given more chances: the machine may be busy.
        for _ in range(1 if time_limit is None else AGAIN):
            together = trial(Order.TOGETHER)
            if together.death is not None or (steady and not are_alike(together, alone)):
                break
        else:
            together = self._cold(
                trial, alone, together, steady=steady, often=COLD if time_limit is None else AGAIN
            )
        self.came_back += 1
        self.compared += steady
        death = together.death
        if death is not None and death.ending is WorkerEnding.LOST:
            raise killed(function, death)
        if death is not None:
            executor.timeouts += death.ending is WorkerEnding.TIMEOUT
            self.deaths += 1
            return replace(together, threads=Threads(AT_ONCE))
        again = time_limit is not None
        if shared and (again or self.gathered < GATHERED):
            calls = Gathering.of(executor, case, shared, rounds_of(boundary, function), limit, expectation)
            if calls is not None and calls.are_limited():
                self.gathered += 1
                lost = calls.succeeding_too_often(AGAIN if again else TRIES)
                if lost is not None:
                    return lost
        pairs = tuple(zip(lanes_of(together), lanes_of(alone), strict=True))
        return replace(together, threads=Threads(AT_ONCE, pairs, steady=steady))

    def _cold(
        self,
        trial: Callable[[Order, int], CaseResult],
        alone: CaseResult,
        warm: CaseResult,
        *,
        steady: bool,
        often: int,
    ) -> CaseResult:
        """Return the first calls of new processes that came out otherwise than `alone`; `warm` where none did.

        What a library sets up when it is first called, it has set up long before threads are there: so they are the
        first to call it. Where the first calls on one thread are others as well, nothing is compared.
        """
        for _ in range(often):
            self.executor.supervisor.restart()
            cold = trial(Order.TOGETHER, ONCE)
            if cold.death is None and (not steady or are_alike(cold, alone)):
                continue
            self.executor.supervisor.restart()
            first = trial(Order.ALONE, ONCE)
            if first.death is None and (
                cold.death is not None or (first.answered and are_alike(first, alone))
            ):
                return cold
        return warm

    @property
    def exhausted(self) -> str:
        """Return why no further worker can be afforded: a race that is made smaller ends one each time."""
        if self.deaths >= FEW_DEATHS:
            return f"{self.deaths} calls ended the process"
        return self.executor.exhausted


def overlapping(*checks: Check) -> Callable[[CaseResult], CallFindings]:
    """Return what asks checks of cases whose calls did overlap: what they do alone is for other phases to tell."""
    ask = asking(*checks)
    return lambda trial: [] if trial.threads is None or trial.threads.alone is not None else ask(trial)


find_disturbed = overlapping(*ENDINGS, NotThreadSafe(), UpdateLost())
"""Finds what only threads make a call do."""


def shared_handle(boundary: Boundary, function: BoundaryFunction) -> str:
    """Return the handle on which a function's calls may overlap, if there is one."""
    for member in function.members:
        if isinstance(member.shape, HandleShape) and not member.shape.made:
            promise = boundary.contract.handles.get(member.shape.handle)
            life = boundary.handles[member.shape.handle]
            if promise is not None and promise.concurrent and life.destroy != function.name:
                return member.shape.handle
    return ""


def rounds_of(boundary: Boundary, function: BoundaryFunction) -> int:
    """Return how often a lane makes its call, as a power of two."""
    handles = [member.shape for member in function.members if isinstance(member.shape, HandleShape)]
    lives = [boundary.handles[shape.handle] for shape in handles]
    if any(life.destroy == function.name or life.record is not None for life in lives):
        return ONCE
    if leaves_owned(function) or function.result.owned or any(shape.made for shape in handles):
        return SELDOM
    return OFTEN


def _count(trial: CaseResult) -> int:
    lanes = trial.encoded.plan.lanes
    return lanes.count if lanes else 0


def lanes_of(trial: CaseResult) -> Iterator[CaseResult]:
    """Yield a trial's calls, each as the one under test."""
    for number in range(_count(trial)):
        run = trial.run.at(trial.encoded.plan.subject + number)
        yield CaseResult(run, trial.phase, trial.expectation)


def is_unsteady(trial: CaseResult) -> bool:
    """Tell whether some round of mixed lanes answered otherwise than alone, which their errno is used for."""
    first = trial.encoded.plan.subject
    return any(returned.errno for returned in trial.observation.calls[first : first + _count(trial)])


def are_alike(one: CaseResult, other: CaseResult) -> bool:
    """Tell whether the lanes of two trials answered alike."""
    return not any(
        next(differences(answers(a, errno=False), answers(b, errno=False)), None)
        for a, b in zip(lanes_of(one), lanes_of(other), strict=True)
    )
