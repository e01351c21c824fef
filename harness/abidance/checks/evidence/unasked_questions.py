"""Which questions of postconditions were not asked, so that nothing can be said of what they are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from abidance.boundary.model.types import RESULT_NAME
from abidance.boundary.model.values import HandleAt
from abidance.contract.expression import NobodyKnows, NotAskedError, declared, spelling

if TYPE_CHECKING:
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.checks.evidence.case_run import CaseRun
    from abidance.contract.expression import EvaluationError, Expression


def was_unasked(trial: CaseResult, expression: Expression, error: EvaluationError) -> bool:
    """Tell whether something was not asked, since what tells it may not be given what it would be.

    A precondition of its own did not hold, or a number that another call told is none that it takes; or it is about
    a handle that the call has not left. In loops only so much is asked. So it is with a callback that a handle may
    keep or not, as the call that gave it has failed.
    """
    placed, run = trial.subject, trial.run
    names = {(call.name, call.old) for call in expression.calls}
    asked = [
        number
        for before, each in ((False, placed.observed), (True, placed.observed_before))
        for (text, _), number in each.items()
        if (text, before) in names
    ]
    if any(_is_unknown(trial, reference.parts) for reference in expression.references):
        return True
    return isinstance(error, NotAskedError) or any(
        _was_kept_from(run, number) or _is_about_nothing(trial, number) for number in asked
    )


def _is_unknown(trial: CaseResult, path: tuple[str, ...]) -> bool:
    """Tell whether only the library knows what stands somewhere: which callback it keeps."""
    value: object = trial.seen.after
    for name in (
        *path[:1],
        *map(declared, path[1:]),
    ):  # parameters have the names that expressions have for them
        value = value.fields if isinstance(value, HandleAt) else value
        if not isinstance(value, Mapping):
            return False
        value = value.get(name)
        if isinstance(value, NobodyKnows):
            return True
    return False


def _is_about_nothing(trial: CaseResult, question: int) -> bool:
    """Tell whether a question is about a handle that the call under test left as NULL, as its contract allows."""
    asked, subject = trial.encoded.calls[question], trial.encoded.plan.subject
    if trial.observation.has_run(question) or not trial.observation.has_run(subject):
        return False
    left = (asked.left_at.get(path, "") for path, made in asked.handles.items() if made == subject)
    return any(
        (trial.seen.after.get(spelling(name)) if name not in ("", RESULT_NAME) else trial.seen.result) is None
        for name in left
    )


def _was_kept_from(run: CaseRun, question: int) -> bool:
    """Tell whether a question was not asked for what others were asked before: its preconditions, or a number."""
    plan, seen = run.encoded.plan, run.observation
    calls = plan.calls
    if seen.has_run(question):
        return False
    no_such_number = any(
        seen.has_run(each.call) and not plan.is_met(each, seen)
        for each in run.encoded.calls[question].numbers_fit
    )
    told = {move.slot for n, call in enumerate(calls[:question]) if seen.has_run(n) for move in call.moves}
    made = all(plan.is_met(each, seen) for each in calls[question].only_if)
    return no_such_number or (made and any(guard.slot in told for guard in calls[question].guards))
