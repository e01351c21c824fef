"""Running the cases of an item on one library: encoded, carried out within a time limit, and counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.encode.encode import encode
from abidance.checks.evidence.case_result import CaseResult
from abidance.checks.evidence.case_run import CaseRun
from abidance.checks.evidence.expectation import NOTHING
from abidance.plan.observation import WorkerEnding
from abidance.run.execution.pending import PendingCase, UndividedTurn, killed
from abidance.run.execution.second_looks import SecondLooks
from abidance.run.execution.staging import Staging, takes_several_runs

if TYPE_CHECKING:
    from abidance.boundary.encode.encoded_plan import Encoded
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.values import Case
    from abidance.checks.evidence.expectation import Expectation
    from abidance.execute.supervisor import Supervisor
    from abidance.run.execution.pending import Turn
    from abidance.run.inputs.deadline import Deadline

QUICK = 0.3
"""The least time limit while a call that timed out is made smaller, in seconds."""
PATIENCE = 20
"""How many time-outs one item may cost before neither smaller calls nor other causes are looked for."""


@dataclass(slots=True)
class Executor:
    """Runs cases in one supervisor's worker; its counts are those of one item."""

    boundary: Boundary
    supervisor: Supervisor
    phase: str
    time_limit: float
    deadline: Deadline | None = None
    calls: int = 0
    timeouts: int = 0
    slowest: float = 0.0
    unasked: dict[str, None] = field(default_factory=dict)
    """What was given up on, in the words of `Check.unasked`."""
    looks: SecondLooks = field(init=False)
    staged: Staging = field(init=False)
    """Finds out what calls are given that is computed from what earlier ones left."""

    def __post_init__(self) -> None:
        """Set up what cases are looked at again with."""
        self.staged = Staging(self.boundary, self._alone)
        self.looks = SecondLooks(self.boundary, self.supervisor, self.bare_plan, self.unasked)

    @property
    def limit(self) -> float:
        """Return the time limit now: shorter once something timed out, for finding a smaller call."""
        return self.time_limit if not self.timeouts else min(self.time_limit, max(QUICK, 50 * self.slowest))

    def limit_of(self, time_limit: float | None) -> float:
        """Return the time limit of a case that is given one, or else that of now."""
        return self.limit if time_limit is None else time_limit

    @property
    def exhausted(self) -> str:
        """Return why no further call that ends a worker can be afforded; nothing while one can."""
        if self.deadline is not None and self.deadline.passed:
            return self.deadline.words
        return f"{self.timeouts} calls timed out" if self.timeouts >= PATIENCE else ""

    def count(self, run: CaseRun, seconds: float) -> None:
        """Take account of a plan that was run; raises CannotJudgeError where somebody else ended its worker."""
        self.calls += 1
        if run.death is None:
            self.slowest = max(self.slowest, seconds)
        elif run.death.ending is WorkerEnding.TIMEOUT:
            self.timeouts += 1
        elif run.death.ending is WorkerEnding.LOST:
            raise killed(run.running, run.death)

    def turn(
        self,
        case: Case,
        expectation: Expectation,
        time_limit: float | None = None,
        beside: Turn | None = None,
    ) -> Turn:
        """Return a case to be run while something else is done; raises EvaluationError, CaseError.

        `beside` is the same case on another library of the boundary, where there is one.
        """
        limit = self.limit_of(time_limit)
        if isinstance(beside, PendingCase):
            return beside.on(self, limit)
        if takes_several_runs(self.boundary, case):
            return UndividedTurn(lambda: self._in_stages(case, expectation, limit))
        return PendingCase(self, case, expectation, encode(self.boundary, case, expectation.rejects), limit)

    def _in_stages(self, case: Case, expectation: Expectation, limit: float) -> CaseResult:
        """Run a case of which some arguments are known only when the calls before them were made."""
        known = self.staged(case).case
        turn = PendingCase(self, known, expectation, encode(self.boundary, known, expectation.rejects), limit)
        turn.begin()
        return turn.end()

    def bare(self, case: Case, expectation: Expectation = NOTHING) -> CaseResult:
        """Run a case once, and look at nothing again; raises EvaluationError as `turn` does."""
        encoded = encode(self.boundary, self.staged(case).case, expectation.rejects)
        return self.bare_plan(encoded, self.limit, expectation)

    def _alone(self, case: Case) -> CaseResult:
        return self.bare_plan(encode(self.boundary, case), self.limit)

    def bare_plan(self, encoded: Encoded, limit: float, expectation: Expectation = NOTHING) -> CaseResult:
        """Run a plan once, and look at nothing again."""
        observation = self.supervisor.run(encoded.plan, limit)
        return CaseResult(CaseRun(self.boundary, encoded, observation), self.phase, expectation)
