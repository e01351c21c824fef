"""Attributes a side effect on the process to a call, and checks whether `may:` permits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.core.span import Span
    from abidance.plan.observation import CallSideEffects, ProcessChange


def may(
    trial: CaseResult, word: str, function: BoundaryFunction | None = None, *, each_time: bool = False
) -> bool:
    """Tell whether the contract says that this is what a function, or the library, is for.

    Without a function, of any call that was made: what all of them together have done may be that one's doing. What is
    left `each_time` that they are made is not the doing of one that is made once in a process.
    """
    functions = [function] if function is not None else _functions_called(trial, each_time=each_time)
    promises = (one.promise for one in functions if one.promise is not None)
    said = (*trial.boundary.contract.may, *(name for promise in promises for name in promise.may))
    return any(name.text == word for name in said)


def all_may(trial: CaseResult, word: str) -> bool:
    """Tell whether the contract says that this is what each function that was called, or the library, is for."""
    return all(may(trial, word, function) for function in _functions_called(trial, each_time=False))


def may_be_anothers(trial: CaseResult, word: str) -> bool:
    """Tell whether only a function that the one under test needs may do this: what it did itself, nobody knows."""
    return not trial.is_sequence and may(trial, word, each_time=True) and not may(trial, word, trial.function)


def _functions_called(trial: CaseResult, *, each_time: bool) -> list[BoundaryFunction]:
    """Return the functions of the calls that were made, or are made `each_time`, and that of the call under test."""
    encoded = trial.encoded
    calls = zip(encoded.calls, encoded.plan.calls, trial.observation.calls, strict=False)
    made = (placed.function for placed, call, seen in calls if seen.ran and not (each_time and call.once))
    return [trial.function, *made]


def promises(trial: CaseResult, effect: str) -> bool:
    """Tell whether the contract promises an effect of the function under test."""
    return has_effect(trial.function, effect)


def has_effect(function: BoundaryFunction, effect: str) -> bool:
    """Tell whether the contract promises an effect of a function."""
    promise = function.promise
    return promise is not None and promise.has_effect(effect)


def effect_span(trial: CaseResult, effect: str) -> Span:
    """Return where an effect is promised of the function under test."""
    promise = trial.function.promise
    assert promise is not None
    return next(name.span for name in promise.effects if name.text == effect)


def culprit(trial: CaseResult, call: int) -> BoundaryFunction | None:
    """Return the function of a call, None where it has an item of its own that says so."""
    function = trial.encoded.calls[call].function
    own = call == trial.encoded.plan.subject
    return function if own or function.promise is None else None


def call_side_effects(trial: CaseResult) -> Iterator[tuple[CallSideEffects, BoundaryFunction]]:
    """Yield what each call did on its way, with its function; a call that its own item judges is left out."""
    for index, returned in enumerate(trial.observation.calls):
        if function := culprit(trial, index):
            yield returned.side_effects, function


def grown(trial: CaseResult, kind: str) -> Iterator[ProcessChange]:
    """Yield the last of the changes of a kind, when each further run of the case made another."""
    if trial.again is None or not trial.again.repeats:
        return
    each = [[change for change in seen.changes if change.kind == kind] for seen in trial.again.repeats]
    if all(each):
        yield each[-1][-1]
