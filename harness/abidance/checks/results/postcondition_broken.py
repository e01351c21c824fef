"""ABD321: a postcondition does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.equality import equal
from abidance.boundary.model.types import HandleShape
from abidance.boundary.print_c.literals import in_words
from abidance.checks.check import Check
from abidance.checks.evidence.counted_numbers import with_counts
from abidance.checks.evidence.promise_labels import shape_at
from abidance.checks.evidence.questions_alone import holds_alone
from abidance.checks.evidence.refused_memory import tells_want
from abidance.checks.evidence.unasked_questions import was_unasked
from abidance.checks.evidence.wording import result_text
from abidance.contract.expression import EvaluationError
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class PostconditionBroken(Check):
    """Flags a valid call after which an `ensures` expression is false, or an example's expected value differs.

    ## Why it matters
    The caller relies on the promise. Everything that it computes from the result is wrong.

    ## Example
        ensures: [implies(result, request.payload_bytes < RG_PAYLOAD_LIMIT)]    # the library compares with <=

    ## How it is detected
    The expression is evaluated on the values before and after the call. The values that it uses are shown. Where other
    conditions have asked functions that may change the handle, it must not hold without these either.

    ## Not detected
    What no expression says. `abidance run -v` lists functions without postconditions. In sequences, the
    postconditions of functions on handles with `prepare`, which may rely on the state that it sets up. Calls that fail
    because they were refused memory, where `may_fail` says that they may.
    """

    id = "ABD321"
    name = "postcondition-broken"
    of_valid_calls = True

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
            if not trial.subject.is_observed(expression) or holds_alone(trial, expression):
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


def relies_on_its_state(trial: CaseResult) -> bool:
    """Tell whether the call uses a handle, in whatever state, whose promises are about the one it is prepared in."""
    if not trial.is_sequence:
        return False
    handles = (m.shape.handle for m in trial.function.members if isinstance(m.shape, HandleShape))
    return any(trial.boundary.handles[handle].prepare for handle in handles)
