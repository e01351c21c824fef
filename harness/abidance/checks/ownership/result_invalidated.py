"""ABD374: what an earlier call returned is invalidated before the end of its lifetime."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import PointerShape, What
from abidance.boundary.print_c.literals import bytes_text
from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.core.diagnostic import Diagnostic, Label
from abidance.plan.observation import PointerReadStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.boundary import BoundaryFunction
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.plan.observation import PointerReadResult


class ResultInvalidated(Check):
    """Flags a call that invalidates the result of an earlier one within its promised lifetime.

    ## Why it matters
    Callers keep the pointer, as the contract permits, and read what something else has written there.

    ## Example
        returns: {to: string, lifetime: handle(db)}     # and the text lies in one buffer for all answers

    ## How it is detected
    The target of a result with `lifetime: handle(NAME)` or `static` is read again after each later call, until
    the handle is destroyed: it must be readable, and strings, bytes and arrays unchanged. A function that uses
    no handle is called twice for that.

    ## Not detected
    Other functions that overwrite such a result, if there is no handle. A single record or number that changes:
    it may be meant to. Memory whose length an out parameter gives.
    """

    id = "ABD374"
    name = "result-invalidated"
    formerly = ("result-lost",)
    only_with = Evidence.LOOKS

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each result that is lost."""
        if not trial.answered:
            return
        placed = trial.subject
        now = trial.observation.calls[trial.encoded.plan.subject].followed[len(placed.follows) :]
        for call, seen in zip(placed.looks, now, strict=False):
            before = trial.observation.calls[call]
            if not before.ran or before.followed[0].reach is PointerReadStatus.NULL:
                continue
            lender = trial.encoded.calls[call].function
            words = _lost(lender, before.followed[0], seen)
            if words:
                yield self._one(trial, lender, words)

    def _one(self, trial: CaseResult, lender: BoundaryFunction, words: str) -> Diagnostic:
        promise = lender.promise
        span = promise.returns.key_span("lifetime") if promise and promise.returns else lender.span
        return Diagnostic(
            self.code,
            f"after `{trial.function.name}`, what `{lender.name}` returned {words}",
            (Label(span, "lasts until then"), Label(lender.declaration.span)),
            help="keep it valid, or say for how long it is: without `lifetime`, until the next call",
            place=f"{lender.name}:lifetime",
        )


def _lost(lender: BoundaryFunction, before: PointerReadResult, now: PointerReadResult) -> str:
    shape = lender.result.shape
    assert isinstance(shape, PointerShape)
    if before.reach is PointerReadStatus.READ and now.reach is not PointerReadStatus.READ:
        return "is no longer readable"
    if shape.what is not What.ONE and before.contents != now.contents:
        return f"was {bytes_text(before.contents[:40])} and is {bytes_text(now.contents[:40])}"
    return ""
