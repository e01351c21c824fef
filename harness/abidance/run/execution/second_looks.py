"""What is asked of a case beyond its one run: reruns, the calls on one handle by themselves, the contract's model."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.call_state import AskedAlone
from abidance.boundary.encode.encode import encode
from abidance.boundary.python_hooks.model_function import Modeller
from abidance.checks.evidence import unwritten_memory
from abidance.checks.evidence.questions_alone import holds, questions, spoiled_conditions
from abidance.checks.evidence.refused_memory import tells_want
from abidance.checks.evidence.reruns import Reruns
from abidance.checks.evidence.sequence_calls import result_at
from abidance.checks.process.system_call_made import unseen_calls
from abidance.contract.expression import EvaluationError
from abidance.core.errors import HookError
from abidance.run.execution.handle_isolation import HandleIsolationProbe
from abidance.run.execution.reruns import RerunPolicy, came_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.boundary.encode.encoded_plan import Encoded
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import Case, Value
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.core.diagnostic import Diagnostic
    from abidance.core.span import Span
    from abidance.execute.supervisor import Supervisor

COMPARING = frozenset({"equivalence"})
"""Phases that judge only whether two libraries answer alike."""


@dataclass(slots=True)
class SecondLooks:
    """Looks again at the cases of one item that came back. `run` makes a plan once, `unasked` is added to."""

    boundary: Boundary
    supervisor: Supervisor
    run: Callable[[Encoded, float], CaseResult]
    unasked: dict[str, None]
    reasons: tuple[Diagnostic, ...] = ()
    """Why something that the contract asks for could be judged of no case at all."""
    reruns: RerunPolicy | None = None
    isolation: HandleIsolationProbe | None = None
    _models: dict[str, Modeller | None] = field(default_factory=dict)

    def at(self, case: Case, trial: CaseResult, raw: bytes, limit: float) -> CaseResult:
        """Return a trial with what else is known of it now; `raw` are the bytes of its plan."""
        if trial.death is not None or trial.phase in COMPARING:
            return trial
        trial = self._asked_alone(case, self._rerun(trial, raw, limit), limit)
        if case.overlap is not None and trial.death is None and trial.answered:
            trial = self._apart(case, trial, limit)
        if case.changed is not None and trial.death is None and trial.answered:
            return self._either(case, *case.changed, trial, limit)
        if not case.steps:
            return self._modelled(trial)
        self.isolation = self.isolation or HandleIsolationProbe(self.boundary, self.run)
        trial = self.isolation.at(case, trial, raw, limit)
        self.unasked.update(dict.fromkeys(map(_not_apart, self.isolation.unsteady)))
        return trial

    def _rerun(self, trial: CaseResult, raw: bytes, limit: float) -> CaseResult:
        if self.reruns is None:
            promise = None if trial.is_sequence else trial.function.promise
            effects = frozenset(effect.text for effect in promise.effects) if promise else frozenset()
            self.reruns = RerunPolicy(self.supervisor, effects=effects)
        looked = self.reruns.at(trial, raw, limit)
        again = looked.again
        if again is not None and again.system_call < 0 and not self.reasons:
            self.reasons = (
                unseen_calls(trial if again.trapped is None else result_at(trial, again.trapped)),
            )
        return looked

    def _asked_alone(self, case: Case, trial: CaseResult, limit: float) -> CaseResult:
        """Return a trial with the conditions that are broken only where others ask something as well."""
        found: set[tuple[int, Span]] = set()
        for step, index in enumerate(trial.encoded.steps or (trial.encoded.plan.subject,)):
            one = result_at(trial, index) if trial.is_sequence else trial
            for condition in spoiled_conditions(one) if one.answered else ():
                alone = AskedAlone(step, questions(condition))
                encoded = encode(self.boundary, case, trial.expectation.rejects, alone)
                run = self.run(encoded, limit)
                again = result_at(run, encoded.steps[step]) if encoded.steps else run
                if again.answered and holds(again, condition):
                    found.add((index, condition.span))
        if not found:
            return trial
        return replace(trial, again=replace(trial.again or Reruns(), hold_alone=frozenset(found)))

    def _apart(self, case: Case, trial: CaseResult, limit: float) -> CaseResult:
        """Return a trial of parameters that overlap with what the call answers where none does."""
        encoded = encode(self.boundary, replace(case, overlap=None))
        one, other = (self.run(encoded, limit) for _ in range(2))
        steady = came_back(one) and came_back(other) and not unwritten_memory.answers_vary(one, other)
        return replace(trial, again=replace(trial.again or Reruns(), apart=one)) if steady else trial

    def _either(
        self, case: Case, name: str, _at: int, value: Value, trial: CaseResult, limit: float
    ) -> CaseResult:
        """Return a trial of memory that was changed with what the call answers for both values of it."""
        told = []
        for arguments in (case.arguments, {**case.arguments, name: value}):
            encoded = encode(self.boundary, replace(case, arguments=arguments, changed=None))
            one, other = (self.run(encoded, limit) for _ in range(2))
            if not came_back(one) or not came_back(other) or unwritten_memory.answers_vary(one, other):
                return trial
            told.append(one)
        return replace(trial, again=replace(trial.again or Reruns(), either=tuple(told)))

    def _modelled(self, trial: CaseResult) -> CaseResult:
        """Return the trial with what the contract's model says of its call."""
        model = self._model(trial.function)
        if model is None or trial.expectation.rejects or not trial.answered or tells_want(trial):
            return trial
        try:
            return replace(trial, modelled=model.ask(trial.seen.before))
        except HookError as error:
            return replace(trial, modelled=error)
        except EvaluationError:  # what has no value is told by the checks
            return trial

    def _model(self, function: BoundaryFunction) -> Modeller | None:
        """Return a function's model; why there is none, though the contract names one, goes to `reasons`."""
        if function.name not in self._models:
            try:
                found = Modeller.of(self.boundary, function)
            except HookError as error:
                found, self.reasons = None, (*self.reasons, *error.diagnostics)
            self._models[function.name] = found
        return self._models[function.name]


def _not_apart(function: str) -> str:
    return f"whether results of `{function}` depend on other handles: it gives a different result each time"
