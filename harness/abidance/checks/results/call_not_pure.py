"""ABD368: the same call has two answers, where the contract says that it is pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence import unwritten_memory
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.permissions import effect_span, promises
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
    Each call is made twice, back to back; results and out parameters must be equal.

    ## Not detected
    Writes to a variable that affect no result; a result that changes only after many calls.
    """

    id = "ABD368"
    name = "call-not-pure"
    only_with = Evidence.SAME

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic."""
        again = trial.again
        if not trial.answered or not promises(trial, "pure") or again is None or again.same is None:
            return
        if not again.same.answered or again.same.death is not None:
            return
        path = unwritten_memory.stale(trial, again.same)
        if path is None:
            return
        function = trial.function
        words = f"`{path}` differs"
        if path == "result":
            words = f"first it{result_text(trial)}, then it{result_text(again.same)}"
        yield Diagnostic(
            self.code,
            f"`{function.name}` gives different results for the same call: {words}",
            (Label(effect_span(trial, "pure"), "promised"), Label(function.declaration.span)),
            place=function.name,
        )
