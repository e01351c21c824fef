"""ABD323: an invalid call with a promised answer got another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.equality import equal
from abidance.boundary.model.values import DESTROYED
from abidance.boundary.print_c.literals import in_words
from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.promise_labels import shape_at
from abidance.checks.evidence.questions_alone import holds_alone
from abidance.checks.evidence.unasked_questions import was_unasked
from abidance.checks.evidence.unwritten_memory import tells_failure
from abidance.checks.evidence.wording import result_text
from abidance.contract.expression import EvaluationError, Unavailable
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult
    from abidance.contract.expression import Expression


class InvalidCallNotRejected(Check):
    """Flags a call that must be rejected according to `rejects`, and that returned something else.

    ## Why it matters
    Callers rely on the rejection instead of checking themselves. An invalid call that seems to succeed has had
    side effects.

    ## Example
        rejects: [{when: {guard: null}, returns: false}]        # the library returns true
        rejects: [{when: {guard: destroyed}, returns: false}]   # closed already, and it still answers

    ## How it is detected
    Valid arguments are generated, those under `when` are replaced, and the result is compared; `ensures` of the
    clause is evaluated. Where the clause says nothing of what tells whether a call has succeeded, and the function says
    what does, the call must have failed. A crash, a hang or memory corruption in such a call is reported as in any
    other. Sequences make such calls on handles that were used, and use these further.

    ## Not detected
    Invalid calls that the contract does not list. In sequences: a call that fails for another reason, which may be
    the state of its handle, and is listed as not judged; calls with arguments that a valid call may have as well, for
    their result may depend on that state; those that create or destroy a handle.
    """

    id = "ABD323"
    name = "invalid-call-not-rejected"
    formerly = ("rejected-call-not-rejected",)
    only_with = Evidence.REJECTS

    def unasked(self, trial: CaseResult) -> Iterator[str]:
        """Yield that a call on a handle that was used was refused for something else."""
        if trial.answered and _fails_otherwise(trial):
            clause = trial.expectation.rejects
            yield f"whether `{trial.function.name}` refuses {clause} on a handle in use as promised: it fails otherwise"

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic a promised value."""
        if not trial.answered or not trial.expectation.rejects or _fails_otherwise(trial):
            return
        function = trial.function
        if _succeeds(trial):
            yield self._accepted(trial)
        for name, expected in trial.expectation.values.items():
            actual = trial.seen.after.get(name)
            if equal(actual, expected):
                continue
            shape = shape_at(trial.boundary, trial.function, name)
            shown = in_words(shape, actual) if shape else repr(actual)
            wanted = in_words(shape, expected) if shape else repr(expected)
            assert trial.expectation.span is not None
            yield Diagnostic(
                self.code,
                f"`{function.name}` {'returned' if name == 'result' else f'left `{name}` ='} {shown} "
                f"for {trial.expectation.rejects}, where the contract promises {wanted}",
                (Label(trial.expectation.span, f"{wanted} promised"), Label(function.declaration.span)),
                place=f"{function.name}:rejects:{trial.expectation.span.line}",
            )
        for index, expression in enumerate(trial.expectation.ensures):
            if not trial.subject.is_observed(expression) or holds_alone(trial, expression):
                continue
            if not _holds(trial, expression):
                yield self._broken(trial, index, expression)

    def _accepted(self, trial: CaseResult) -> Diagnostic:
        function, span = trial.function, trial.expectation.span
        assert span is not None
        ended = result_text(trial) or " ended"
        return Diagnostic(
            self.code,
            f"`{function.name}`{ended} for {trial.expectation.rejects}, which is a success, where the contract says "
            "that it is refused",
            (Label(span, "refused"), Label(function.declaration.span)),
            help="if that is what it answers, say it: `returns: VALUE`, or under `ensures`",
            place=f"{function.name}:rejects:{span.line}",
        )

    def _broken(self, trial: CaseResult, index: int, expression: Expression) -> Diagnostic:
        function, seen, span = trial.function, trial.seen, trial.expectation.span
        assert span is not None
        values = expression.explain(seen.after, seen.before, constants=trial.boundary.constants)
        return Diagnostic(
            self.code,
            f"after `{function.name}`{result_text(trial)} for {trial.expectation.rejects}, "
            f"`{expression.text}` does not hold",
            (
                *(Label(place, text) for place, text in values[:6]),
                *(() if values else (Label(expression.span, "false"),)),
                Label(function.declaration.span),
            ),
            place=f"{function.name}:rejects:{span.line}:ensures[{index}]",
        )


def _holds(trial: CaseResult, expression: Expression) -> bool:
    """Tell whether a condition holds, or asks something that nobody was asked."""
    try:
        return expression.holds(trial.seen.after, trial.seen.before)
    except EvaluationError as error:
        if was_unasked(trial, expression, error):
            return True
        raise


def _succeeds(trial: CaseResult) -> bool:
    """Tell whether a refused call has succeeded, of which its clause says nothing but that it is refused."""
    function, told = trial.function, trial.function.status
    refusal = function.refusal(trial.expectation.rejects)
    if refusal is None or not trial.seen.success or not refusal.is_failure_of(function):
        return False
    if told is None:
        return True
    if told.asked is not None:
        return not isinstance(trial.seen.last_error, Unavailable)
    return told.parameter is None or told.parameter in trial.subject.places  # of NULL, nobody wants to know


def _fails_otherwise(trial: CaseResult) -> bool:
    """Tell whether a refused call of a sequence failed, and not as promised: its handle may have been beyond any call.

    One on a destroyed handle, or on none, is promised one answer, whatever came before.
    """
    expectation = trial.expectation
    if not trial.is_sequence or not expectation.rejects or "result" not in expectation.values:
        return False
    if not trial.subject.handles:
        return False
    refusal = trial.function.refusal(expectation.rejects)
    if refusal is None or DESTROYED in refusal.given.values():
        return False
    return tells_failure(trial) and not equal(trial.seen.result, expectation.values["result"])
