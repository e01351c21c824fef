"""Running one case: encode, call, decode, judge."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.encode import encode
from abidance.boundary.python_hooks.model_function import Modeller
from abidance.checks.agreement.implementations_differ import ImplementationsDiffer
from abidance.checks.check import Check
from abidance.checks.evidence.answers import answers, differences
from abidance.checks.evidence.case_result import CaseResult
from abidance.checks.evidence.case_run import CaseRun
from abidance.checks.evidence.evidence import evidence
from abidance.checks.evidence.expectation import NOTHING
from abidance.checks.evidence.sequence_calls import all_calls, each_call, law_of
from abidance.checks.process.system_call_made import unseen_calls
from abidance.contract.expression import EvaluationError
from abidance.core.errors import CaseError, HookError
from abidance.execute.loading import Load
from abidance.execute.supervisor import Supervisor
from abidance.run.execution.handle_isolation import HandleIsolationProbe
from abidance.run.execution.pending import PendingCase
from abidance.run.execution.reruns import RerunPolicy
from abidance.toolchain.elf import read_library
from abidance.toolchain.machine_code import code_words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from abidance.boundary.encode.encoded_plan import Encoded
    from abidance.boundary.model.boundary import Boundary, BoundaryFunction
    from abidance.boundary.model.values import Case
    from abidance.checks.evidence.expectation import Expectation
    from abidance.core.diagnostic import Diagnostic
    from abidance.core.errors import AbidanceError
    from abidance.plan.observation import Observation
    from abidance.plan.plan import Plan
    from abidance.run.execution.pending import Turn
    from abidance.toolchain.machine_code import CodeWords

QUICK = 0.3
"""The least time limit while a call that timed out is made smaller, in seconds."""
COMPARING = frozenset({"equivalence"})
"""Phases that judge only whether two libraries answer alike."""
PATIENCE = 12
"""How many time-outs one item may cost before smaller calls are no longer looked for."""


@dataclass(slots=True)
class Runner:
    """Runs cases of one boundary in one supervisor's worker and judges them."""

    boundary: Boundary
    supervisor: Supervisor
    checks: Sequence[Check]
    phase: str
    time_limit: float
    calls: int = 0
    timeouts: int = 0
    slowest: float = 0.0
    skipped: int = 0
    second_look: RerunPolicy | None = None
    apart: HandleIsolationProbe | None = None
    reasons: tuple[Diagnostic, ...] = ()
    """Why something that the contract asks for could be judged of no case at all."""
    unasked: dict[str, None] = field(default_factory=dict)
    """What checks gave up on, in the words of `Check.unasked`."""
    modellers: dict[str, Modeller | None] = field(default_factory=dict)
    asked: dict[int, tuple[Check, ...]] = field(default_factory=dict)
    """By evidence, the checks that it concerns."""

    @property
    def supervisors(self) -> tuple[Supervisor, ...]:
        """Return what runs the cases: for a comparison, two."""
        return (self.supervisor,)

    def start(self) -> None:
        """Start the worker; raises CannotJudgeError when the library cannot be loaded."""
        self.supervisor.start()

    def words(self, symbol: str) -> CodeWords:
        """Return what the code of a function mentions, as values worth trying."""
        return code_words(self.supervisor.spec.library, symbol)

    def run(self, case: Case, expectation: Expectation, time_limit: float | None = None) -> CaseResult:
        """Run a case once.

        Raises CannotJudgeError when the worker was killed from outside, EvaluationError when a clause of the
        contract has no value on this case.
        """
        turn = self.turn(case, expectation, time_limit)
        turn.begin()
        return turn.end()

    def turn(self, case: Case, expectation: Expectation, time_limit: float | None = None) -> Turn:
        """Return a case to be run while something else is done; raises EvaluationError, CaseError."""
        limit = self.limit if time_limit is None else time_limit
        return PendingCase(self, case, expectation, encode(self.boundary, case), limit)

    def looked_at(self, trial: CaseResult, case: Case, raw: bytes, limit: float) -> CaseResult:
        """Return a trial with what a second look and the contract's model say; raises EvaluationError."""
        if trial.death is not None or self.phase in COMPARING:
            return trial
        trial = self._looked(trial, raw, limit)
        if not case.steps:
            return self._modelled(trial)
        self.apart = self.apart or HandleIsolationProbe(self.boundary, self._alone)
        trial = self.apart.at(case, trial, raw, limit)
        self.unasked.update(dict.fromkeys(map(_not_apart, self.apart.unsteady)))
        return trial

    def bare(self, case: Case, expectation: Expectation = NOTHING) -> CaseResult:
        """Run a case once, and look at nothing again; raises EvaluationError as `run` does."""
        return self._alone(encode(self.boundary, case), self.limit, expectation)

    def _alone(self, encoded: Encoded, limit: float, expectation: Expectation = NOTHING) -> CaseResult:
        return CaseResult(
            CaseRun(self.boundary, encoded, self.supervisor.run(encoded.plan, limit)), self.phase, expectation
        )

    def _modelled(self, trial: CaseResult) -> CaseResult:
        """Return the trial with what the contract's model says of its call."""
        modeller = self._modeller(trial.function)
        if modeller is None or trial.expectation.rejects or not trial.answered:
            return trial
        try:
            return replace(trial, modelled=modeller.ask(trial.seen.before))
        except HookError as error:
            return replace(trial, modelled=error)
        except EvaluationError:  # what has no value is told by the checks
            return trial

    def _modeller(self, function: BoundaryFunction) -> Modeller | None:
        """Return a function's model; why there is none, though the contract names one, goes to `reasons`."""
        if function.name not in self.modellers:
            try:
                found = Modeller.of(self.boundary, function)
            except HookError as error:
                found, self.reasons = None, (*self.reasons, *error.diagnostics)
            self.modellers[function.name] = found
        return self.modellers[function.name]

    def _looked(self, trial: CaseResult, raw: bytes, limit: float) -> CaseResult:
        if self.second_look is None:
            promise = None if trial.is_sequence else trial.function.promise
            effects = frozenset(effect.text for effect in promise.effects) if promise else frozenset()
            cost = None if trial.is_sequence else trial.function.cost
            budgeted = cost is not None and (cost.allocations is not None or cost.bytes_allocated is not None)
            self.second_look = RerunPolicy(self.supervisor, self._trial, effects=effects, budgeted=budgeted)
        looked = self.second_look.at(trial, raw, limit)
        if looked.again is not None and looked.again.system_call < 0 and not self.reasons:
            self.reasons = (unseen_calls(trial),)
        return looked

    def _trial(self, like: CaseResult, observation: Observation, plan: Plan) -> CaseResult:
        return CaseResult(
            CaseRun(self.boundary, replace(like.encoded, plan=plan), observation),
            self.phase,
            like.expectation,
        )

    @property
    def limit(self) -> float:
        """Return the time limit now: shorter once something timed out, for finding a smaller call."""
        return self.time_limit if not self.timeouts else min(self.time_limit, max(QUICK, 50 * self.slowest))

    @property
    def exhausted(self) -> str:
        """Return why no further call that ends a worker can be afforded; nothing while one can."""
        return f"{self.timeouts} calls timed out" if self.timeouts >= PATIENCE else ""

    @property
    def patient(self) -> bool:
        """Tell whether further calls that end a worker can be afforded."""
        return not self.exhausted

    def judge(self, trial: CaseResult) -> list[Diagnostic]:
        """Return what the checks find, in the order of their table.

        Raises EvaluationError when they find nothing and an expression had no value, HookError when a model failed.
        """
        return [diagnostic for diagnostic, _ in self.judged(trial)]

    def judged(self, trial: CaseResult) -> list[tuple[Diagnostic, CaseResult]]:
        """Return what the checks find, each with the call of a sequence that shows it; raises as `judge` does."""
        found: list[tuple[Diagnostic, CaseResult]] = []
        unjudged: AbidanceError | None = None
        whole, each = (all_calls(trial),), each_call(trial)
        for check in self._asked(evidence(trial)):
            for one in whole if check.whole else each:
                try:
                    found.extend((_blaming(diagnostic, check, one), one) for diagnostic in check.judge(one))
                    if type(check).unasked is not Check.unasked:
                        self.unasked.update(dict.fromkeys(check.unasked(one)))
                except (EvaluationError, CaseError) as error:
                    unjudged = unjudged or error
        if unjudged is not None and not found:
            raise unjudged
        return found

    def _asked(self, shown: int) -> tuple[Check, ...]:
        """Return the checks that may find something in a trial with this evidence, in the order of their table."""
        found = self.asked.get(shown)
        if found is None:
            found = tuple(c for c in self.checks if not c.only_with or c.only_with & shown)
            self.asked[shown] = found
        return found

    def unexplained(
        self, found: Sequence[Diagnostic], excepted: Callable[[Diagnostic], bool]
    ) -> list[Diagnostic]:
        """Return the findings of one case that no other of it may explain.

        The first in the order of the checks may explain those after it, unless the contract makes an exception of it;
        what a call does to the process stands by itself.
        """
        apart = {ImplementationsDiffer.id, *(check.code.id for check in self.checks if check.by_itself)}
        left, explained = [], False
        for each in found:
            if each.code.id in apart:
                left.append(each)
            elif not explained:
                left.append(each)
                explained = not excepted(each)
        return left

    def showing(self, trial: CaseResult, causes: Collection[tuple[str, str]]) -> int | None:
        """Return the number of the step that shows one of these causes, of a sequence whose steps can be left out."""
        if not trial.is_sequence or law_of(trial) is not None:
            return None
        steps = trial.encoded.steps
        with suppress(EvaluationError, CaseError):
            for found, one in self.judged(trial):
                if found.cause not in causes:
                    continue
                at = _call_of(trial, one, found)
                if at in steps:
                    return steps.index(at)
        return None

    def shown(self, trial: CaseResult, cause: tuple[str, str]) -> CaseResult:
        """Return the trial of the call that shows a cause: of a sequence's calls one, or all of them."""
        if not trial.is_sequence:
            return trial
        with suppress(EvaluationError, CaseError):
            for found, one in self.judged(trial):
                if found.cause == cause:
                    return one
        return trial

    def fresh(self) -> None:
        """Have the item begin in a process to which no other item has done anything."""
        self.supervisor.fresh()

    def matters_to_a_fork(self, case: Case, expectation: Expectation, cause: tuple[str, str]) -> bool:
        """Tell whether a case fails only because the process was forked after the library was loaded.

        What a constructor has noted down, such as the process's id, is then another process's. Nothing is asked of
        a library that has no constructor beside the compiler's own.
        """
        spec = self.supervisor.spec
        own = 1 if spec.catch_faults else 2  # AddressSanitizer and ThreadSanitizer bring one as well
        if self.supervisor.loads_apart or read_library(spec.library).initialisers <= own:
            return False
        with Supervisor(spec, {spec.library: Load(forks_matter=True)}) as supervisor:
            apart = replace(self, supervisor=supervisor, second_look=None, apart=None)
            return cause not in apart.causes(apart.run(case, expectation, self.time_limit))

    def anew(self) -> None:
        """Have the next case run in a new process."""
        self.supervisor.restart()

    def repeats(self, trial: CaseResult) -> bool:
        """Run a case that answered once more, in a process laid out anew; tell whether the answer is the same.

        Sanitizers want their place in the address space, so under them only the process is new.
        """
        spec = self.supervisor.spec
        with Supervisor(replace(spec, shuffled=spec.catch_faults), self.supervisor.loads) as supervisor:
            observation = supervisor.run(trial.encoded.plan, self.time_limit)
        again = CaseResult(CaseRun(self.boundary, trial.encoded, observation), self.phase, trial.expectation)
        alone = replace(trial, other=None)
        if not again.answered:
            return False
        return not any(differences(answers(alone, errno=True), answers(again, errno=True), tolerance=None))

    def causes(self, trial: CaseResult) -> list[tuple[str, str]]:
        """Return the codes and places of what the checks find; none when they cannot judge."""
        try:
            return [found.cause for found in self.judge(trial)]
        except (EvaluationError, CaseError):
            return []


def _not_apart(function: str) -> str:
    return f"whether `{function}` answers for its own handle alone: its answers are not the same from time to time"


def _call_of(trial: CaseResult, one: CaseResult, found: Diagnostic) -> int | None:
    """Return the call of a sequence that shows something: that which ended the process, or the first to blame."""
    death = trial.death or (trial.other.death if trial.other is not None else None)
    if death is not None:
        return death.call
    at, calls = one.encoded.plan.subject, trial.encoded.calls
    if not found.subject or calls[at].function.name == found.subject:
        return at
    return next((n for n in trial.encoded.steps if calls[n].function.name == found.subject), None)


def _blaming(diagnostic: Diagnostic, check: Check, one: CaseResult) -> Diagnostic:
    """Return a finding with the function that it is about, where one call alone shows it or ended the process."""
    if diagnostic.subject or (check.whole and one.death is None):
        return diagnostic
    return replace(diagnostic, subject=(one.function if one.death is None else one.run.running).name)
