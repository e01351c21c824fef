"""ABD321: a postcondition does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.equality import equal
from abidance.boundary.model.types import HandleShape
from abidance.boundary.print_c.literals import in_words
from abidance.checks.check import Check
from abidance.checks.evidence.counted_numbers import with_counts
from abidance.checks.evidence.promise_labels import shape_at
from abidance.checks.evidence.refused_memory import tells_want
from abidance.checks.evidence.wording import result_text
from abidance.contract.expression import EvaluationError, NotAskedError
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult
    from abidance.checks.evidence.case_run import CaseRun
    from abidance.contract.expression import Expression


class PostconditionBroken(Check):
    """Flags a valid call after which an `ensures` expression is false, or an example's expected value differs.

    ## Why it matters
    The caller relies on the promise. Everything that it computes from the result is wrong.

    ## Example
        ensures: [implies(result, request.payload_bytes < RG_PAYLOAD_LIMIT)]    # the library compares with <=

    ## How it is detected
    The expression is evaluated on the values before and after the call. The values that it uses are shown.

    ## Not detected
    What no expression says. `abidance run -v` lists functions without postconditions. In sequences, the
    postconditions of functions on handles with `prepare`, which may rely on the state that it sets up. Calls that fail
    because they were refused memory, where `may_fail` says that they may.
    """

    id = "ABD321"
    name = "postcondition-broken"

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic an expression, and one for an example's expected values."""
        if not trial.answered or trial.expectation.rejects or relies_on_its_state(trial) or tells_want(trial):
            return
        if trial.encoded.plan.traced:
            return  # there are two values that it may be about
        function = trial.function
        after, before = with_counts(trial.run, trial.seen.after, trial.seen.before)
        unjudged: EvaluationError | None = None
        for index, expression in enumerate(function.ensures):
            if not trial.subject.is_observed(expression):
                continue
            try:
                if expression.holds(after, before):
                    continue
            except EvaluationError as error:
                if not was_unasked(trial, expression, error):
                    unjudged = unjudged or error
                continue
            values = expression.explain(after, before, constants=trial.boundary.constants)
            returned = result_text(trial)
            yield Diagnostic(
                self.code,
                f"after `{function.name}`{returned}, `{expression.text}` does not hold",
                (
                    *(Label(span, text) for span, text in values[:6]),
                    *(() if values else (Label(expression.span, "false"),)),
                    Label(function.declaration.span),
                ),
                place=f"{function.name}:ensures[{index}]",
            )
        for name, expected in trial.expectation.values.items():
            actual = trial.seen.after.get(name)
            if not equal(actual, expected):
                shape = shape_at(trial.boundary, trial.function, name)
                shown = in_words(shape, actual) if shape else repr(actual)
                wanted = in_words(shape, expected) if shape else repr(expected)
                verb = "returned" if name == "result" else f"left `{name}` ="
                assert trial.expectation.span is not None
                yield Diagnostic(
                    self.code,
                    f"`{function.name}` {verb} {shown} where the example says {wanted}",
                    (Label(trial.expectation.span, f"{wanted} expected"), Label(function.declaration.span)),
                    place=f"{function.name}:example:{trial.expectation.span.line}:{name}",
                )
        if unjudged is not None:
            raise unjudged


def was_unasked(trial: CaseResult, expression: Expression, error: EvaluationError) -> bool:
    """Tell whether something was not asked, since what tells it may not be given what it would be.

    A precondition of its own did not hold, or a number that another call told is none that it takes. In loops only so
    much is asked.
    """
    placed, run = trial.subject, trial.run
    names = {(call.name, call.old) for call in expression.calls}
    asked = [
        number
        for before, each in ((False, placed.observed), (True, placed.observed_before))
        for (text, _), number in each.items()
        if (text, before) in names
    ]
    return isinstance(error, NotAskedError) or any(_was_kept_from(run, number) for number in asked)


def _was_kept_from(run: CaseRun, question: int) -> bool:
    """Tell whether a question was not asked for what others were asked before: its preconditions, or a number."""
    calls, seen = run.encoded.plan.calls, run.observation
    if seen.has_run(question):
        return False
    no_such_number = any(
        seen.has_run(each.call) and not each.holds(seen.calls[each.call].result)
        for each in run.encoded.calls[question].numbers_fit
    )
    told = {move.slot for n, call in enumerate(calls[:question]) if seen.has_run(n) for move in call.moves}
    made = all(
        each.holds(seen.calls[each.call].result if seen.has_run(each.call) else None)
        for each in calls[question].only_if
    )
    return no_such_number or (made and any(guard.slot in told for guard in calls[question].guards))


def relies_on_its_state(trial: CaseResult) -> bool:
    """Tell whether the call uses a handle, in whatever state, whose promises are about the one it is prepared in."""
    if not trial.is_sequence:
        return False
    handles = (m.shape.handle for m in trial.function.members if isinstance(m.shape, HandleShape))
    return any(trial.boundary.handles[handle].prepare for handle in handles)
