"""Preconditions that ask the library, and that did not hold: why a call was not made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.decode.decode import answers
from abidance.boundary.resolve.calls_after import as_answers, parts_of_answer
from abidance.boundary.values.scope import members_seen
from abidance.contract.expression import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.questions import AskedPrecondition
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.checks.evidence.case_run import CaseRun
    from abidance.contract.expression import Expression
    from abidance.core.span import Span


@dataclass(frozen=True, slots=True)
class UnmetPrecondition:
    """What kept a call from being made: a condition, and the `values` of its parts with their places."""

    function: BoundaryFunction
    condition: Expression
    values: tuple[tuple[Span, str], ...] = ()


def unmet(trial: CaseResult) -> UnmetPrecondition | None:
    """Return what kept a call under test from being made; of a sequence, the first that was not. None for all else."""
    run, steps = trial.run, trial.encoded.steps
    for index in steps or (trial.encoded.plan.subject,):
        if index not in trial.encoded.skipped:
            found = unmet_before(run, index)
            if found is not None:
                return found
    return None


def unmet_before(run: CaseRun, index: int) -> UnmetPrecondition | None:
    """Return the precondition that kept a call of a plan from being made, if one did."""
    placed = run.encoded.calls[index]
    if not placed.preconditions or run.observation.has_run(index):
        return None
    seen = members_seen(placed.function.members, placed.arguments)
    for precondition, asked in placed.preconditions:
        told = told_before(run, precondition, asked)
        scope = run.boundary.scope(seen, own=as_answers(told))
        if told and not _holds(precondition.expression, scope):
            values = precondition.expression.explain(scope, scope, constants=run.boundary.constants)
            return UnmetPrecondition(placed.function, precondition.expression, tuple(values))
        if not told and any(asked.values()):
            inner = (unmet_before(run, number) for each in asked.values() for number in each)
            return next((each for each in inner if each is not None), None)
        if not any(asked.values()) and precondition.questions:
            return UnmetPrecondition(placed.function, precondition.expression)
    return None


def told_before(
    run: CaseRun, precondition: AskedPrecondition, asked: Mapping[str, tuple[int, ...]]
) -> dict[str, object]:
    """Return what a precondition's questions were answered, by their texts, of those that were asked."""
    told: dict[str, object] = {}
    for question in precondition.questions:
        made = next(
            (number for number in asked.get(question.text, ()) if run.observation.has_run(number)), None
        )
        if made is not None:
            call, field = parts_of_answer(question.text)
            told[question.text] = answers(run.boundary, run.encoded, run.observation, call, made)[field]
    return told


def _holds(condition: Expression, scope: Mapping[str, object]) -> bool:
    try:
        return condition.holds(scope, scope)
    except EvaluationError:
        return False  # something that it needs was not asked, since a precondition of that did not hold
