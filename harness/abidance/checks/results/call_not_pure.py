"""ABD368: the same call has two answers, where the contract says that it is pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence import unwritten_memory
from abidance.checks.evidence.answers import pairs_differ
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.permissions import effect_span, has_effect, promises
from abidance.checks.evidence.sequence_calls import result_at
from abidance.checks.evidence.wording import result_text
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class CallNotPure(Check):
    """Flags a call that gives another result when it is repeated with equal arguments.

    ## Why it matters
    Callers cache the results of pure functions, reorder the calls and omit some.

    ## Example
        effects: [pure]             # the library counts calls in a static variable and returns the count

    ## How it is detected
    Each call is made twice, back to back; results and out parameters must be equal, and so must what they lead to. So
    it is in a sequence, for calls with equal arguments between which there are only pure ones, whatever the handle has
    been through.

    ## Not detected
    Writes to a variable that affect no result; a result that changes only after many calls.
    """

    id = "ABD368"
    name = "call-not-pure"
    only_with = Evidence.SAME | Evidence.SEQUENCE

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic."""
        if not trial.answered or not promises(trial, "pure"):
            return
        if trial.is_sequence:
            before = _same_before(trial)
            found = before and next(pairs_differ([(before, trial)]), None)
            if before and found:
                yield self._differs(before, trial, found[1].path)
            return
        same = trial.again and trial.again.same
        if same and same.answered and same.death is None:
            path = unwritten_memory.stale(trial, same)
            if path is None:  # what lies behind pointers that the call has left is no memory of the caller's
                path = next((each.path for _, each in pairs_differ([(trial, same)])), None)
            if path is not None:
                yield self._differs(trial, same, path)

    def _differs(self, first: CaseResult, then: CaseResult, path: str) -> Diagnostic:
        function = first.function
        words = f"`{path}` differs"
        if path == "result":
            words = f"first it{result_text(first)}, then it{result_text(then)}"
        return Diagnostic(
            self.code,
            f"`{function.name}` gives different results for the same call: {words}",
            (Label(effect_span(first, "pure"), "promised"), Label(function.declaration.span)),
            place=function.name,
        )


def _same_before(trial: CaseResult) -> CaseResult | None:
    """Return the nearest call of a sequence before this one that is the same, if all between them are pure."""
    case, encoded = trial.encoded.case, trial.encoded
    index = encoded.plan.subject
    if case is None or trial.expectation.rejects or index not in encoded.steps:
        return None
    at = encoded.steps.index(index)
    step = case.steps[at]
    for number in range(at - 1, -1, -1):
        there, earlier = encoded.steps[number], case.steps[number]
        between = encoded.calls[there + 1 : encoded.steps[number + 1]]
        if any(each.frees is None for each in between):
            return None  # made for the next call, or after this one: such as what destroys a handle
        if not has_effect(encoded.calls[there].function, "pure"):
            return None
        if (earlier.function, earlier.arguments, earlier.rejects) == (step.function, step.arguments, ""):
            return result_at(trial, there) if trial.observation.calls[there].ran else None
    return None
