"""Calls that were refused memory on purpose: whether they were, and whether they said so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.equality import equal
from abidance.boundary.model.types import RESULT_NAME

if TYPE_CHECKING:
    from abidance.checks.evidence.case_result import CaseResult


def was_refused(trial: CaseResult) -> bool:
    """Tell whether the call under test was refused memory."""
    at = trial.encoded.plan.subject
    calls = trial.observation.calls
    return at < len(calls) and calls[at].side_effects.refused > 0


def comes_after_want(trial: CaseResult) -> bool:
    """Tell whether a call before the one under test was refused memory: many handles know of that from then on."""
    at = trial.encoded.plan.subject
    return any(each.side_effects.refused for each in trial.observation.calls[:at])


def tells_want(trial: CaseResult) -> bool:
    """Tell whether a call that came back says that memory ran out, and it, or one before it, was refused some."""
    failure = trial.function.out_of_memory
    return (
        failure is not None
        and (was_refused(trial) or comes_after_want(trial))
        and failure.holds_of(trial.seen.result, success=trial.seen.success)
    )


def is_compared(trial: CaseResult) -> bool:
    """Tell whether a call that was refused memory is one to be made with all of it, to see whether it answers alike.

    That is one that does without, and one that fails otherwise than for want of memory, as it may do at any time.
    """
    failure = trial.function.out_of_memory
    if failure is None or not was_refused(trial):
        return False
    return not tells_want(trial) or not equal(
        trial.seen.result, failure.expected.get(RESULT_NAME, trial.seen.result)
    )
