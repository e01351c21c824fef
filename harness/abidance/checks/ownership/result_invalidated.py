"""ABD374: what an earlier call returned or left is invalidated before the end of its lifetime."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.result_reads import lasting
from abidance.boundary.model.ownership import CHANGE
from abidance.boundary.model.types import RESULT_NAME, What
from abidance.boundary.print_c.literals import bytes_text
from abidance.boundary.values.inner_pointers import BEHIND
from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.pointer_targets import pointer_targets
from abidance.contract.expression import spelling
from abidance.core.diagnostic import Diagnostic, Label
from abidance.plan.observation import PointerReadStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.encode.encoded_plan import SecondLook
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import PointerShape
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.plan.observation import PointerReadResult


class ResultInvalidated(Check):
    """Flags a call that invalidates the result of an earlier one within its promised lifetime.

    ## Why it matters
    Callers keep the pointer, as the contract permits, and read what something else has written there.

    ## Example
        returns: {to: string, lifetime: handle(db)}     # and the text lies in one buffer for all answers

    ## How it is detected
    What a result with `lifetime: handle(NAME)` or `static` points to is read again after each later call, until
    the handle is destroyed or a call of `until` is made: it must be readable, and strings, bytes and arrays
    unchanged; and so must a single object that lasts `until: change`. So is what lies behind a pointer that is left
    in an out parameter, or in a field of one. Room, `capacity`, is filled with other bytes for each call, and must
    hold these: so rooms that overlap are found. A function that uses no handle is called twice for that.

    ## Not detected
    Other functions that overwrite such a result, if there is no handle. A single record or number that changes and
    is not `until: change`: it may be meant to.
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
        for look, seen in zip(placed.looks, now, strict=False):
            call = trial.observation.calls[look.call]
            if not call.ran or call.followed[look.number].reach is PointerReadStatus.NULL:
                continue
            lender, path = trial.encoded.lender(look)
            if path == RESULT_NAME and _is_passed(trial, lender.function, look):
                continue
            shape, before = lasting(lender.function)[path], call.followed[look.number]
            words = _lost(shape, before, seen)
            if words and shape.capacity is not None:
                words = _room_lost(_writes(trial), before, seen) or words
            if words:
                yield self._one(trial, lender.function, path, words)

    def _one(self, trial: CaseResult, lender: BoundaryFunction, path: str, words: str) -> Diagnostic:
        what, span = (
            f"`{lender.name}` left in `{spelling(path.removesuffix(BEHIND))}`",
            lasting(lender)[path].span,
        )
        if path == "result" and lender.promise is not None and lender.promise.returns is not None:
            what, span = f"`{lender.name}` returned", lender.promise.returns.key_span("lifetime")
        return Diagnostic(
            self.code,
            f"after `{trial.function.name}`, what {what} {words}",
            (Label(span, "lasts until then"), Label(lender.declaration.span)),
            help="keep it valid, or say for how long it is: without `lifetime`, until the next call",
            place=f"{lender.name}:lifetime" if path == "result" else f"{lender.name}:lifetime:{path}",
        )


def _is_passed(trial: CaseResult, lender: BoundaryFunction, look: SecondLook) -> bool:
    """Tell whether an earlier call returned what it was passed, as it may: that lasts as the caller has it."""
    tells = trial.encoded.calls[look.call].tells
    target = pointer_targets(trial, look.call if tells is None else tells).get(RESULT_NAME)
    return target is not None and bool(target.whose) and target.whose == lender.result.owned_unless


def _lost(shape: PointerShape, before: PointerReadResult, now: PointerReadResult) -> str:
    if before.reach is PointerReadStatus.READ and now.reach is not PointerReadStatus.READ:
        return "is no longer readable"
    stays = shape.what is not What.ONE or CHANGE in shape.until or shape.capacity is not None
    if stays and before.contents != now.contents:
        return f"was {bytes_text(before.contents[:40])} and is {bytes_text(now.contents[:40])}"
    return ""


def _writes(trial: CaseResult) -> bytes:
    """Return what the caller writes into the room that the call under test returns."""
    return next(
        (each.puts for each in trial.encoded.plan.calls[trial.encoded.plan.subject].follows if each.puts), b""
    )


def _room_lost(written: bytes, before: PointerReadResult, now: PointerReadResult) -> str:
    """Return what is wrong with room that the caller has filled, and where; nothing where it is there no more."""
    pairs = zip(before.contents, now.contents, strict=False)
    changed = [at for at, (held, holds) in enumerate(pairs) if held != holds]
    if now.reach is not PointerReadStatus.READ or not changed:
        return ""
    first = changed[0]
    if written and all(now.contents[at] in written for at in changed):
        return f"is in the same memory as what this call returned, from byte {first} on"
    held, holds = (bytes_text(each.contents[first : first + 16]) for each in (before, now))
    return f"does not hold what the caller wrote there: from byte {first} on it was {held} and is {holds}"
