"""Conditions that other questions may have spoiled: what is asked around a call may change what the next one answers.

`gdbm_exists` clears the error that `gdbm_last_errno` tells. So a condition on the second is not broken where another
condition has asked the first.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from abidance.boundary.encode.observing import may_change
from abidance.checks.evidence.counted_numbers import with_counts
from abidance.contract.expression import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult
    from abidance.contract.expression import Expression


def holds_alone(trial: CaseResult, expression: Expression) -> bool:
    """Tell whether a condition on the call was seen to hold where only what it asks itself was asked."""
    again = trial.again
    return again is not None and (trial.encoded.plan.subject, expression.span) in again.hold_alone


def spoiled_conditions(trial: CaseResult) -> Iterator[Expression]:
    """Yield the conditions on the call that do not hold, and may be broken by what others ask."""
    if all(placed.tells is None for placed in trial.encoded.calls):
        return  # nothing is asked, as of most calls
    refused = trial.expectation.rejects
    for expression in trial.expectation.ensures if refused else trial.function.ensures:
        asked = trial.subject.is_observed(expression) and _others_are_asked(trial, expression)
        if asked and holds(trial, expression) is False:
            yield expression


def holds(trial: CaseResult, expression: Expression) -> bool | None:
    """Tell whether a condition on the call holds; None where it has no value."""
    with suppress(EvaluationError):
        return expression.holds(*with_counts(trial.run, trial.seen.after, trial.seen.before))
    return None


def _others_are_asked(trial: CaseResult, expression: Expression) -> bool:
    """Tell whether a condition around the call, or around one before it, asks more that may change a handle."""
    placed, subject = trial.encoded.calls, trial.encoded.plan.subject
    asked = trial.subject.observed.items(), trial.subject.observed_before.items()
    own = {
        number
        for before, each in zip((False, True), asked, strict=True)
        for (text, _), number in each
        if (text, before) in questions(expression)
    }
    return any(
        each.tells is not None
        and each.tells <= subject
        and number not in own
        and trial.observation.has_run(number)
        and may_change(trial.boundary, each.function.name)
        for number, each in enumerate(placed)
    )


def questions(expression: Expression) -> frozenset[tuple[str, bool]]:
    """Return what a condition asks: each call as it is written, and whether that comes before the call under test."""
    return frozenset((call.name, call.old) for call in expression.calls)
