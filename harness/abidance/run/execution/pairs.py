"""Running each case on two libraries, and judging only whether they answer alike."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.checks.agreement.implementations_differ import ImplementationsDiffer
from abidance.checks.evidence.answers import same_bytes
from abidance.checks.evidence.expectation import NOTHING
from abidance.checks.evidence.sequence_calls import result_at
from abidance.core.catalogue import ANSWERS_VARY
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UnsteadyError
from abidance.run.execution.pending import PairTurn
from abidance.run.execution.runner import Runner
from abidance.toolchain.machine_code import CodeWords

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.values import Case
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.checks.evidence.expectation import Expectation
    from abidance.execute.supervisor import Supervisor
    from abidance.run.execution.pending import Turn


@dataclass(slots=True)
class PairRunner(Runner):
    """A runner whose trials carry the same case on `against`.

    What is wrong with either library by itself is for its own items to say; here only their difference is.
    """

    against: Runner = field(kw_only=True)
    sides: tuple[str, str] = field(kw_only=True)
    one_library: bool = field(kw_only=True)
    _varies: dict[str, str] = field(default_factory=dict)
    """Which side answered differently from itself, by the place of what was found; empty for neither."""

    @property
    def supervisors(self) -> tuple[Supervisor, ...]:
        """Return what runs the cases on either side."""
        return (self.supervisor, *self.against.supervisors)

    def start(self) -> None:
        """Start both workers; raises CannotJudgeError."""
        Runner.start(self)
        self.against.start()

    def words(self, symbol: str) -> CodeWords:
        """Return what the code of either mentions."""
        one, other = Runner.words(self, symbol), self.against.words(symbol)
        return CodeWords(
            tuple(dict.fromkeys((*one.numbers, *other.numbers))),
            tuple(dict.fromkeys((*one.texts, *other.texts))),
        )

    def turn(self, case: Case, expectation: Expectation, time_limit: float | None = None) -> Turn:
        """Return a case to be run on both; raises what Runner.turn raises."""
        other = self.against.turn(case, expectation, time_limit)
        return PairTurn(self, Runner.turn(self, case, expectation, time_limit), other)

    def bare(self, case: Case, expectation: Expectation = NOTHING) -> CaseResult:
        """Run a case once on both: nothing is looked at again anyhow."""
        return Runner.run(self, case, expectation)

    def fresh(self) -> None:
        """Have the item begin in two such processes."""
        Runner.fresh(self)
        self.against.fresh()

    def anew(self) -> None:
        """Have the next case run in two new processes."""
        Runner.anew(self)
        self.against.anew()

    @property
    def exhausted(self) -> str:
        """Return why neither library, or one of them, can be asked for more."""
        return Runner.exhausted.fget(self) or self.against.exhausted  # type: ignore[attr-defined]

    def judged(self, trial: CaseResult) -> list[tuple[Diagnostic, CaseResult]]:
        """Return where the two differ, with the call that shows it; of a sequence, the first call that does.

        What follows that call may differ for its sake alone. Raises UnsteadyError when one of them does not answer
        the same call alike twice, and no other call differs.
        """
        unsteady: UnsteadyError | None = None
        for one in _calls(trial) if trial.is_sequence else (trial,):
            try:
                found = self._differences(one)
            except UnsteadyError as error:
                unsteady = unsteady or error
                continue
            if found or _dead(one):
                return [(replace(diagnostic, subject=one.function.name), one) for diagnostic in found]
        if unsteady is not None:
            raise unsteady
        return []

    def _differences(self, trial: CaseResult) -> list[Diagnostic]:
        if self.one_library and bool(trial.death) != bool(trial.other and trial.other.death):
            return []  # a sanitizer or an assertion of one build: its own items tell of it
        if trial.is_sequence and not all(each.answered or each.death for each in _apart(trial)):
            return []  # one of them was never called, for what a call that may differ has answered
        found = list(ImplementationsDiffer().judge(trial))
        if found and not _dead(trial):
            self._must_be_steady(trial, found[0].place)
        return found

    def _must_be_steady(self, trial: CaseResult, place: str) -> None:
        """Ask both again, once for each place: it takes new processes."""
        if place not in self._varies:
            self._varies[place] = next(
                (
                    name
                    for name, runner, seen in zip(
                        self.sides, (self, self.against), (trial, trial.other), strict=True
                    )
                    if seen is not None and not runner.repeats(seen)
                ),
                "",
            )
        if name := self._varies[place]:
            function = trial.function
            raise UnsteadyError(
                Diagnostic(
                    ANSWERS_VARY,
                    f"`{function.name}` does not answer the same call alike twice in `{name}`",
                    (Label(function.span), Label(function.declaration.span)),
                    help=f"leave it out: `equivalence: {{except: {{{function.name}: why}}}}`",
                )
            )


def _apart(trial: CaseResult) -> tuple[CaseResult, CaseResult]:
    assert trial.other is not None
    return replace(trial, other=None), trial.other


def _dead(trial: CaseResult) -> bool:
    return any(each.death is not None for each in _apart(trial))


def _calls(trial: CaseResult) -> Iterator[CaseResult]:
    """Yield the trials of a sequence's calls that may differ, in order, up to one at which a process ended."""
    came_back = not _dead(trial)
    for index, placed in enumerate(trial.encoded.calls):
        if came_back and trial.other is not None and same_bytes(trial, trial.other, index):
            continue
        one, other = (_as_of(each, index) for each in _apart(trial))
        both = replace(one, other=other)
        if placed.frees is None or _dead(both):
            yield both
        if _dead(both):
            return


def _as_of(trial: CaseResult, index: int) -> CaseResult:
    """Return the trial of a call, of which the end of the process is no part when it came later."""
    death, end = trial.death, len(trial.encoded.calls) - 1
    at = result_at(trial, index)
    if death is None or (end if death.call is None else death.call) <= index:
        return at
    return at.with_observation(replace(trial.observation, death=None))
