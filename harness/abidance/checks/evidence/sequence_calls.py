"""The calls of a sequence, each as the one under test."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.resolve.names import told_of
from abidance.checks.evidence.counted_numbers import with_counts
from abidance.checks.evidence.expectation import NOTHING, Expectation
from abidance.contract.expression import StepValues, spelling

if TYPE_CHECKING:
    from abidance.boundary.model.laws import BoundaryLaw
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.checks.evidence.reruns import Reruns


def result_at(trial: CaseResult, index: int) -> CaseResult:
    """Return the result of one call of a sequence."""
    other = trial.other and result_at(trial.other, index)
    expected, again = _promised_of(trial, index), trial.again and _again_at(trial.again, index)
    return replace(trial, run=trial.run.at(index), other=other, again=again, expectation=expected)


def _again_at(again: Reruns, index: int) -> Reruns:
    """Return what further runs of a sequence have shown of one of its calls."""
    refilled = again.refilled and result_at(again.refilled, index)
    return replace(
        again,
        undisturbed=again.undisturbed and result_at(again.undisturbed, index),
        refilled=refilled,
        refilled_anew=tuple(result_at(each, index) for each in again.refilled_anew),
        system_call=again.system_call if again.trapped == index else 0,
    )


def _promised_of(trial: CaseResult, index: int) -> Expectation:
    """Return what the contract promises of one call of a sequence, where that is meant to be refused."""
    case, steps = trial.encoded.case, trial.encoded.steps
    step = case.steps[steps.index(index)] if case is not None and index in steps else None
    if step is None or not step.rejects:
        return NOTHING
    refusal = trial.encoded.calls[index].function.refusal(step.rejects)
    assert refusal is not None
    return Expectation.of(refusal)


def each_call(trial: CaseResult) -> tuple[CaseResult, ...]:
    """Return the results of the calls that ran and came back: of a sequence, and of what ends its handles.

    What is asked about a call is not given its memory to look at, and is judged where it is called for itself.
    """
    if not trial.is_sequence:
        return (trial,)
    steps, calls, observing = {*trial.encoded.steps}, trial.encoded.calls, trial.encoded.observing
    return tuple(
        result_at(trial, index)
        for index, returned in enumerate(trial.observation.calls)
        if returned.ran
        and calls[index].frees is None
        and (index in steps or (index > max(steps) and index not in observing and calls[index].tells is None))
    )


def all_calls(trial: CaseResult) -> CaseResult:
    """Return the result of all calls together: of a sequence, at its end."""
    if not trial.is_sequence:
        return trial
    steps, calls, unmade = trial.encoded.steps, trial.encoded.calls, trial.encoded.skipped
    last = max((step for step in steps if step not in unmade), default=steps[-1])
    return result_at(trial, last if law_of(trial) else len(calls) - 1)


def interrupted_call(trial: CaseResult) -> CaseResult:
    """Return the result of that call of a sequence during which the worker ended, where it did."""
    call = trial.death.call if trial.death is not None and trial.is_sequence else None
    return trial if call is None or call >= len(trial.encoded.calls) else result_at(trial, call)


def law_of(trial: CaseResult) -> BoundaryLaw | None:
    """Return the law that the calls of a sequence are those of."""
    case = trial.encoded.case
    return trial.boundary.laws.get(case.function) if case else None


def refuses(trial: CaseResult) -> bool:
    """Tell whether a call under test is one that the contract says is refused."""
    case = trial.encoded.case
    return bool(trial.expectation.rejects) or (case is not None and any(s.rejects for s in case.steps))


def left_by(trial: CaseResult, call: int) -> StepValues | None:
    """Return what step `call` of a sequence left, as expressions see it: its parameters, and `result`.

    None where it was not made, or did not come back.
    """
    index = trial.encoded.steps[call]
    if not trial.observation.has_run(index):
        return None
    seen = result_at(trial, index).seen
    after, _ = with_counts(trial.run.at(index), seen.after, seen.before)
    function = trial.encoded.calls[index].function
    names = [spelling(member.name) for member in function.members]
    told = dict.fromkeys(told_of(function), seen.last_error)
    return StepValues({name: after.get(name) for name in names} | told | {"result": seen.result})


def is_judgeable(trial: CaseResult) -> bool:
    """Tell whether there is something to judge: of a sequence, more than that no handle came into being."""
    if not trial.is_sequence:
        return trial.answered
    ran, calls = trial.observation.calls, trial.encoded.plan.calls
    unmade = trial.encoded.skipped
    used = [index for index in trial.encoded.steps if calls[index].needs and index not in unmade]
    return not used or any(ran[index].ran for index in used if index < len(ran))
