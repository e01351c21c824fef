"""One case in flight: sent to a worker, its answer not read yet."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from abidance.checks.evidence.case_result import CaseResult
from abidance.checks.evidence.case_run import CaseRun
from abidance.core.catalogue import WORKER_LOST
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import CannotJudgeError
from abidance.plan.codec import encode_plan
from abidance.plan.observation import WorkerEnding

if TYPE_CHECKING:
    from abidance.boundary.encode.encoded_plan import Encoded
    from abidance.boundary.model.boundary import BoundaryFunction
    from abidance.boundary.model.values import Case
    from abidance.checks.evidence.expectation import Expectation
    from abidance.plan.observation import Death
    from abidance.run.execution.pairs import PairRunner
    from abidance.run.execution.runner import Runner


class Turn(Protocol):
    """A case that is run once. No other case of its runner may begin before it has ended."""

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

    runner: Runner
    case: Case
    expectation: Expectation
    encoded: Encoded
    limit: float
    started: float = 0.0
    raw: bytes = field(init=False)

    def __post_init__(self) -> None:
        """Encode the plan."""
        self.raw = encode_plan(self.encoded.plan)

    def begin(self) -> None:
        """Hand the case to the worker."""
        self.started = time.monotonic()
        self.runner.supervisor.begin(self.encoded.plan, self.limit, self.raw)

    def end(self) -> CaseResult:
        """Wait for its trial, and look again where it gives reason to."""
        runner = self.runner
        observation = runner.supervisor.end()
        trial = CaseResult(
            CaseRun(runner.boundary, self.encoded, observation), runner.phase, self.expectation
        )
        runner.calls += 1
        death = observation.death
        if death is None:
            runner.slowest = max(runner.slowest, time.monotonic() - self.started)
        elif death.ending is WorkerEnding.TIMEOUT:
            runner.timeouts += 1
        elif death.ending is WorkerEnding.LOST:
            raise killed(trial.run.running, death)
        return runner.looked_at(trial, self.case, self.raw, self.limit)


@dataclass(slots=True)
class PairTurn:
    """A case of two libraries, one after the other: they may use the same file."""

    runner: PairRunner
    mine: Turn
    other: Turn
    answered: CaseResult = field(init=False)

    def begin(self) -> None:
        """Run the case on the other side, then hand it to the worker of this one; raises what `end` does."""
        self.other.begin()
        self.answered = self.other.end()
        self.mine.begin()

    def end(self) -> CaseResult:
        """Wait for the trial of one, which carries that of the other."""
        self.runner.calls += 1
        return replace(self.mine.end(), other=self.answered, sides=self.runner.sides)
