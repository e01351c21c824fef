"""ABD341: a callback was called too often, or not often enough."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import writes
from abidance.checks.check import Check
from abidance.checks.evidence.callback_lifetimes import calls_in_all
from abidance.checks.evidence.callback_text import labels, named, place, times
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.promise_labels import member_labels
from abidance.contract.expression import EvaluationError, spelling
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.encode.encoded_plan import PlacedCallback
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.contract.expression import Expression

_IN_ALL = "in_all"


class WrongCallbackCount(Check):
    """Flags a callback that is invoked more or fewer times than `calls` says of a call, or `in_all` of a handle's life.

    ## Why it matters
    A message delivered twice is booked twice; one that is not delivered is lost.

    ## Example
        on_msg: {callback: {calls: count}}      # the library skips the last one
        gone: {callback: {in_all: 1, lifetime: handle(list)}}      # it is forgotten where another one takes its place

    ## How it is detected
    The bounds are evaluated on the values after the call. A call that fails, or is refused, may make fewer invocations.
    What is invoked in all is counted from a call that took the callback, and succeeded, until its handle is destroyed.

    ## Not detected
    Invocations beyond those recorded for a call, which are listed as not judged. Of a callback that was passed to an
    earlier call, what `in_all` does not say; of a handle that counts references, or that another one takes over, all of
    that. The behaviour for a callback that is NULL.
    """

    id = "ABD341"
    name = "wrong-callback-count"
    formerly = ("callback-miscounted",)
    only_with = Evidence.CALLBACKS

    def unasked(self, trial: CaseResult) -> Iterator[str]:
        """Yield that a call called back more often than is noted."""
        if trial.answered and trial.observation.calls[trial.encoded.plan.subject].unnoted:
            yield f"callbacks of `{trial.function.name}` beyond the first that are recorded for a call"

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic a callback that the call under test was given."""
        if not trial.answered:
            return
        if trial.expectation.rejects:
            yield from self._of_refused(trial)
            return
        seen = trial.seen
        unjudged: EvaluationError | None = None
        subject = trial.encoded.plan.subject
        returned = trial.observation.calls[subject]
        for number in trial.subject.callbacks.values():
            placed = trial.encoded.callbacks[number]
            count = sum(each.invocation.callback == number for each in seen.called)
            try:
                least, most = (
                    _bound(clause, trial, placed) for clause in (placed.shape.least, placed.shape.most)
                )
            except EvaluationError as error:
                unjudged = unjudged or error
                continue
            if most is not None and count > most:
                yield self._wrong(trial, placed, count, _limit("at most", least, most, placed))
            elif least is not None and count < least and seen.success and not returned.unnoted:
                yield self._wrong(trial, placed, count, _limit("at least", least, most, placed))
            total = calls_in_all(trial.run, number) if placed.shape.counted_in_all and seen.success else None
            try:
                bounds = (placed.shape.least_in_all, placed.shape.most_in_all)
                least, most = (_bound(clause, trial, placed) for clause in bounds)
            except EvaluationError as error:
                unjudged = unjudged or error
                continue
            if total is not None and most is not None and total > most:
                yield self._wrong_in_all(trial, placed, total, f"{times(most)} at most")
            elif total is not None and least is not None and total < least:
                yield self._wrong_in_all(trial, placed, total, f"{times(least)} at least")
        if unjudged is not None:
            raise unjudged

    def _of_refused(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield that an invalid call invokes a callback more often than any call may. It may do so less often."""
        for number in trial.subject.callbacks.values():
            placed = trial.encoded.callbacks[number]
            count = sum(each.invocation.callback == number for each in trial.seen.called)
            most = None
            with suppress(EvaluationError):  # what makes the call invalid may be what the bound goes by
                most = _bound(placed.shape.most, trial, placed)
            if most is not None and count > max(most, 0):
                yield self._wrong(trial, placed, count, _limit("at most", None, max(most, 0), placed))

    def _wrong_in_all(self, trial: CaseResult, placed: PlacedCallback, count: int, limit: str) -> Diagnostic:
        _, *declared = labels(trial, placed, "")
        assert placed.shape.counted_in_all is not None
        return Diagnostic(
            self.code,
            f"{named(trial, placed)} that `{trial.function.name}` was given was called {times(count)} until the end of "
            f"what it lasts as long as, not {limit}",
            (Label(placed.shape.counted_in_all, f"{limit} here"), *declared),
            place=place(trial, placed, _IN_ALL),
        )

    def _wrong(self, trial: CaseResult, placed: PlacedCallback, count: int, limit: str) -> Diagnostic:
        function = trial.function
        _, *declared = labels(trial, placed, "")
        where = placed.shape.counted or member_labels(trial.boundary, function, placed.path, "")[0].span
        return Diagnostic(
            self.code,
            f"`{function.name}` called {named(trial, placed)} {times(count)}, not {limit}",
            (Label(where, f"{limit} here"), *declared),
            place=place(trial, placed),
        )


def counted_in_all(trial: CaseResult, found: Diagnostic) -> int | None:
    """Return which callback of a test case was invoked a wrong number of times in all; None of another finding."""
    if found.code != WrongCallbackCount.code:
        return None
    callbacks = trial.encoded.callbacks
    return next((n for n, each in enumerate(callbacks) if place(trial, each, _IN_ALL) == found.place), None)


def _bound(clause: Expression | None, trial: CaseResult, placed: PlacedCallback) -> int | None:
    if clause is None:
        return None
    seen = trial.seen
    if not seen.success and not clause.names <= _untouched(trial):
        return None  # what a failed call leaves in out parameters counts nothing
    value = clause.evaluate(_scope(trial, placed.path), seen.before)
    if isinstance(value, bool) or not isinstance(value, int):
        raise EvaluationError(f"`{clause.text}` is not a number of calls here", clause.span)
    return value


def _untouched(trial: CaseResult) -> frozenset[str]:
    """Return what has a value before the call under test and keeps it: what the library does not write."""
    own = (spelling(member.name) for member in trial.function.members if not writes(member.shape))
    return frozenset((*trial.boundary.constants, *own))


def _scope(trial: CaseResult, path: str) -> Mapping[str, object]:
    """Return what an expression at a path sees after the call under test: the fields beside it come first."""
    after = trial.seen.after
    holders: list[Mapping[str, object]] = []
    for part in path.split(".")[:-1]:
        value = holders[0].get(part) if holders else after.get(spelling(part))
        if not isinstance(value, dict):
            break
        holders.insert(0, value)
    return trial.boundary.scope(*holders, outer=after) if holders else after


def _limit(words: str, least: int | None, most: int | None, placed: PlacedCallback) -> str:
    bound = most if words == "at most" else least
    exactly = least == most and placed.shape.least is placed.shape.most
    assert bound is not None
    return times(bound) if exactly else f"{words} {times(bound)}"
