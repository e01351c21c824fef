"""ABD346: what is promised of a callback's invocations does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.callback_text import named, nth, place
from abidance.checks.evidence.evidence import Evidence
from abidance.contract.expression import EvaluationError
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class CallbackPromiseBroken(Check):
    """Flags an invocation of a callback for which one of its `ensures` expressions is false.

    ## Why it matters
    The callback relies on this promise about its arguments.

    ## Example
        callback: {ensures: [offset + length <= size]}      # the last piece reaches past the end

    ## How it is detected
    The expression is evaluated on the arguments of each invocation, and on those of the call.

    ## Not detected
    What no expression says. Conditions on all invocations together belong in `ensures` of the function.
    """

    id = "ABD346"
    name = "callback-promise-broken"
    only_with = Evidence.INVOKED

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic an expression, for the first invocation that breaks it."""
        if not trial.answered:
            return
        unjudged: EvaluationError | None = None
        told: set[tuple[int | None, int]] = set()
        for called in trial.seen.called:
            for index, expression in enumerate(called.placed.shape.ensures):
                key = (called.invocation.callback, index)
                try:
                    if key in told or expression.holds(called.scope):
                        continue
                except EvaluationError as error:
                    unjudged = unjudged or error
                    continue
                told.add(key)
                values = expression.explain(called.scope, constants=trial.boundary.constants)
                declared = called.placed.shape.declared or trial.function.declaration.span
                yield Diagnostic(
                    self.code,
                    f"in the {nth(called.number)} call of {named(trial, called.placed)} by "
                    f"`{trial.function.name}`, `{expression.text}` does not hold",
                    (
                        *(Label(span, text) for span, text in values[:6]),
                        *(() if values else (Label(expression.span, "false"),)),
                        Label(declared),
                    ),
                    place=place(trial, called.placed, f"ensures[{index}]"),
                )
        if unjudged is not None:
            raise unjudged
