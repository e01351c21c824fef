"""One case in flight: sent to a worker, its answer not read yet."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from abidance.checks.evidence.case_result import CaseResult
from abidance.checks.evidence.case_run import CaseRun
from abidance.core.catalogue import WORKER_LOST
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import CannotJudgeError
from abidance.plan.codec import encode_plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.boundary.encode.encoded_plan import Encoded
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import Case
    from abidance.checks.evidence.expectation import Expectation
    from abidance.plan.observation import Death
    from abidance.run.execution.executor import Executor


class Turn(Protocol):
    """A case that is run once. No other case of its worker may begin before it has ended."""

    def begin(self) -> None:
        """Hand the case to the worker; raises CannotJudgeError when the library cannot be loaded."""
        ...

    def end(self) -> CaseResult:
        """Wait for its trial.

        Raises CannotJudgeError when the worker was killed from outside, EvaluationError when a clause of the
        contract has no value on this case.
        """
        ...


def killed(function: BoundaryFunction, death: Death) -> CannotJudgeError:
    """Return the error of a worker that somebody else ended while a function ran."""
    return CannotJudgeError(
        Diagnostic(
            WORKER_LOST,
            f"the worker was killed from outside (signal {death.status}) while `{function.name}` ran",
            (Label(function.span), Label(function.declaration.span)),
            help="if memory ran out, run this item alone or narrow the sizes in the contract",
        )
    )


@dataclass(slots=True)
class PendingCase:
    """A case of one library. Its plan is encoded when it is made, while another may still run."""

    executor: Executor
    case: Case
    expectation: Expectation
    encoded: Encoded
    limit: float
    raw: bytes = b""
    """The plan as it is sent."""
    started: float = 0.0

    def __post_init__(self) -> None:
        """Encode the plan."""
        self.raw = self.raw or encode_plan(self.encoded.plan)

    def on(self, executor: Executor, limit: float) -> PendingCase:
        """Return the same case on another library of the boundary, where its plan is the same."""
        return PendingCase(executor, self.case, self.expectation, self.encoded, limit, self.raw)

    def begin(self) -> None:
        """Hand the case to the worker."""
        self.started = time.monotonic()
        self.executor.supervisor.begin(self.encoded.plan, self.limit, self.raw)

    def end(self) -> CaseResult:
        """Wait for its trial, and look again where it gives reason to."""
        executor = self.executor
        observation = executor.supervisor.end()
        run = CaseRun(executor.boundary, self.encoded, observation)
        executor.count(run, time.monotonic() - self.started)
        trial = CaseResult(run, executor.phase, self.expectation)
        return executor.looks.at(self.case, trial, self.raw, self.limit)


@dataclass(frozen=True, slots=True)
class UndividedTurn:
    """A case that takes several runs, all of them when its trial is waited for."""

    run: Callable[[], CaseResult]

    def begin(self) -> None:
        """Do nothing yet."""

    def end(self) -> CaseResult:
        """Make the runs."""
        return self.run()
