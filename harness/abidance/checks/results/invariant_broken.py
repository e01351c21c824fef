"""ABD329: a record came back that is no valid value of its type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.decode.returned_records import records
from abidance.checks.check import Check
from abidance.checks.results.return_outside_domain import unstated_failure
from abidance.contract.expression import EvaluationError, show
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.decode.returned_records import WrittenRecord
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.contract.expression import Expression


class InvariantBroken(Check):
    """Flags a record that the library returned or wrote with an invariant of its type broken.

    ## Why it matters
    Every function that takes such a record relies on it, and so does every caller. The function that breaks it
    is rarely the one that fails.

    ## Example
        types: {st_span: {invariants: [first <= last]}}     # st_span_shift() lets `last` wrap around

    ## How it is detected
    After a successful call, the invariants are evaluated on each record that the library wrote or returned: out
    and inout parameters, array elements, nested records, targets of returned pointers.

    ## Not detected
    Records behind pointers that the library stored in other records; members of unions; the record of a handle;
    what a failed call leaves behind.
    """

    id = "ABD329"
    name = "invariant-broken"

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic an invariant and place."""
        if not trial.answered or trial.expectation.rejects or trial.seen.overruns:
            return
        unjudged: EvaluationError | None = None
        told: set[tuple[str, str]] = set()
        for returned in records(trial.function, trial.seen):
            for expression in returned.shape.invariants:
                place = (returned.place, str(expression.span))
                try:
                    if place in told or expression.holds(trial.boundary.scope(returned.fields)):
                        continue
                except EvaluationError as error:
                    unjudged = unjudged or error
                    continue
                told.add(place)
                yield _broken(trial, returned, expression)
        if unjudged is not None:
            raise unjudged


def _broken(trial: CaseResult, returned: WrittenRecord, expression: Expression) -> Diagnostic:
    function, path = trial.function, returned.path
    values = expression.explain(trial.boundary.scope(returned.fields), constants=trial.boundary.constants)
    whose = f"a `{returned.shape.spelling}`" if path == "result" else f"`{path}`"
    verb = "returned" if path == "result" else "left"
    words = f"of which `{expression.text}` does not hold"
    tag = next((v.tag for v in returned.shape.variants if v.tag.span == expression.span), None)
    if tag is not None:
        value = tag.evaluate(trial.boundary.scope(returned.fields))
        words = f"with a tag that `variant` does not name: `{tag.text}` is {show(value)}"
        values = [(tag.span, f"is {show(value)}")]
    return Diagnostic(
        InvariantBroken.code,
        f"`{function.name}` {verb} {whose} {words}",
        (
            *(Label(span, text) for span, text in values[:6]),
            *(() if values else (Label(expression.span, "false"),)),
            Label(function.declaration.span),
        ),
        help=unstated_failure(trial, path),
        place=f"{function.name}:{returned.place}:{expression.text}",
    )
