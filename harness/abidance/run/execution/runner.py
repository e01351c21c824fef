"""What runs the cases of one item and judges them, put together from parts that each phase chooses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from abidance.checks.evidence.expectation import NOTHING
from abidance.run.execution.across import AcrossExecution
from abidance.toolchain.machine_code import CodeWords, code_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.values import Case
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.checks.evidence.expectation import Expectation
    from abidance.core.diagnostic import Diagnostic
    from abidance.core.known_count import KnownCount
    from abidance.execute.supervisor import Supervisor
    from abidance.run.execution.executor import Executor
    from abidance.run.execution.judge import Judge
    from abidance.run.execution.pending import Turn
    from abidance.run.execution.staging import StagedCase


class Execution(Protocol):
    """How a case is carried out: once, on two libraries, on several threads, within itself, for what it costs."""

    def turn(self, case: Case, expectation: Expectation, time_limit: float | None = None) -> Turn:
        """Return a case to be run while something else is done; raises EvaluationError, CaseError.

        With a time limit, a case that is known to fail or was asked for again is run.
        """
        ...

    @property
    def exhausted(self) -> str:
        """Return why no further call that ends a worker can be afforded; nothing while one can."""
        ...


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs cases as `execution` says, on the library of `executor` and perhaps others, and judges them."""

    execution: Execution
    judge: Judge
    executor: Executor
    beside: tuple[Executor, ...] = ()
    """Those of the other libraries that an item is about."""
    known: Mapping[tuple[str, int], KnownCount] = field(default_factory=dict)
    """Of two libraries, how often what is known to differ was seen to; it grows."""

    @property
    def boundary(self) -> Boundary:
        """Return what contract and header say together."""
        return self.executor.boundary

    @property
    def executors(self) -> tuple[Executor, ...]:
        """Return what runs the cases: for a comparison, two."""
        return (self.executor, *self.beside)

    @property
    def supervisors(self) -> tuple[Supervisor, ...]:
        """Return the supervisors of all workers."""
        return tuple(each.supervisor for each in self.executors)

    @property
    def calls(self) -> int:
        """Return how many cases were run, on either side."""
        return sum(each.calls for each in self.executors)

    @property
    def exhausted(self) -> str:
        """Return why no further call that ends a worker can be afforded; nothing while one can."""
        return self.execution.exhausted

    @property
    def reasons(self) -> tuple[Diagnostic, ...]:
        """Return why something that the contract asks for could be judged of no case at all."""
        return self.executor.looks.reasons

    def turn(self, case: Case, expectation: Expectation, time_limit: float | None = None) -> Turn:
        """Return a case to be run while something else is done; raises as `Execution.turn` does."""
        return self.execution.turn(case, expectation, time_limit)

    def run(self, case: Case, expectation: Expectation, time_limit: float | None = None) -> CaseResult:
        """Run a case once.

        Raises CannotJudgeError when the worker was killed from outside, EvaluationError when a clause of the
        contract has no value on this case.
        """
        turn = self.turn(case, expectation, time_limit)
        turn.begin()
        return turn.end()

    def again(self, case: Case, expectation: Expectation) -> CaseResult:
        """Run a case that is known, within all the time that a call is given; raises as `run` does."""
        return self.run(case, expectation, self.executor.time_limit)

    def bare(self, case: Case, expectation: Expectation = NOTHING) -> CaseResult:
        """Run a case once, and look at nothing again; of two libraries nothing is anyhow. Raises as `run` does."""
        return self.run(case, expectation) if self.beside else self.executor.bare(case, expectation)

    def staged(self, case: Case) -> StagedCase:
        """Return a case with what its calls are given that is known once earlier ones were made; raises as `bare`."""
        if isinstance(self.execution, AcrossExecution):
            return self.execution.staged(case)
        return self.executor.staged(case)

    def words(self, symbol: str) -> CodeWords:
        """Return what the code of a function mentions, in either library, as values worth trying."""
        one, *others = (code_words(each.spec.library, symbol) for each in self.supervisors)
        for other in others:
            numbers, texts = (*one.numbers, *other.numbers), (*one.texts, *other.texts)
            one = CodeWords(tuple(dict.fromkeys(numbers)), tuple(dict.fromkeys(texts)))
        return one

    def start(self) -> None:
        """Start the workers; raises CannotJudgeError when a library cannot be loaded."""
        for each in self.supervisors:
            each.start()

    def fresh(self) -> None:
        """Have the item begin in processes to which no other item has done anything."""
        for each in self.supervisors:
            each.fresh()

    def anew(self) -> None:
        """Have the next case run in new processes."""
        for each in self.supervisors:
            each.restart()
