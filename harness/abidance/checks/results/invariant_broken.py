"""ABD329: a record came back that is no valid value of its type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.decode.returned_records import records
from abidance.checks.check import Check
from abidance.checks.evidence.callback_text import named, nth, place
from abidance.checks.evidence.fields_in_states import is_absent
from abidance.checks.results.return_outside_domain import unstated_failure
from abidance.contract.expression import EvaluationError, show
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.decode.callback_invocations import CallbackInvocation
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
    and inout parameters, array elements, nested records, targets of returned pointers; and on each that it gives to
    a callback.

    ## Not detected
    Records behind pointers that the library stored in other records; members of unions; fields of a handle in the
    caller's memory of which the contract says nothing, or that have no value in its state; what a failed call leaves.
    """

    id = "ABD329"
    name = "invariant-broken"
    of_valid_calls = True

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic an invariant and place."""
        if not trial.answered:
            return
        unjudged: EvaluationError | None = None
        told: set[tuple[int | None, str, str]] = set()
        for called, written in _written(trial):
            number = called.invocation.callback if called is not None else None
            for expression in written.shape.invariants:
                if any(is_absent(trial.run, f"{written.path}.{name}") for name in expression.names):
                    continue
                where = (number, written.place, str(expression.span))
                try:
                    if where in told or expression.holds(trial.boundary.scope(written.fields)):
                        continue
                except EvaluationError as error:
                    unjudged = unjudged or error
                    continue
                told.add(where)
                yield (
                    _given(trial, called, written, expression)
                    if called
                    else _left(trial, written, expression)
                )
        if unjudged is not None:
            raise unjudged


def _written(trial: CaseResult) -> Iterator[tuple[CallbackInvocation | None, WrittenRecord]]:
    """Yield the records that come from the library, each with the invocation that was given it, if one was."""
    for called in trial.seen.called:
        yield from ((called, each) for each in called.records)
    if not trial.expectation.rejects and not trial.seen.overruns:
        yield from ((None, each) for each in records(trial.function, trial.seen, trial.boundary.handles))


def _left(trial: CaseResult, returned: WrittenRecord, expression: Expression) -> Diagnostic:
    function, path = trial.function, returned.path
    whose = f"a `{returned.shape.spelling}`" if path == "result" else f"`{path}`"
    verb = "returned" if path == "result" else "left"
    words, labels = _told(trial, returned, expression)
    return Diagnostic(
        InvariantBroken.code,
        f"`{function.name}` {verb} {whose} {words}",
        (*labels, Label(function.declaration.span)),
        help=unstated_failure(trial, path),
        place=f"{function.name}:{returned.place}:{expression.text}",
    )


def _given(
    trial: CaseResult, called: CallbackInvocation, given: WrittenRecord, expression: Expression
) -> Diagnostic:
    words, labels = _told(trial, given, expression)
    return Diagnostic(
        InvariantBroken.code,
        f"`{trial.function.name}` gave the {nth(called.number)} call of {named(trial, called.placed)} "
        f"a `{given.shape.spelling}` as `{given.path}`, {words}",
        (*labels, Label(called.placed.shape.declared or trial.function.declaration.span)),
        place=place(trial, called.placed, f"{given.place}:{expression.text}"),
    )


def _told(trial: CaseResult, record: WrittenRecord, expression: Expression) -> tuple[str, tuple[Label, ...]]:
    """Return what is wrong with a record, and the values that show it."""
    scope = trial.boundary.scope(record.fields)
    tag = next((v.tag for v in record.shape.variants if v.tag.span == expression.span), None)
    if tag is not None:
        value = show(tag.evaluate(scope))
        words = f"with a tag that `variant` does not name: `{tag.text}` is {value}"
        return words, (Label(tag.span, f"is {value}"),)
    values = expression.explain(scope, constants=trial.boundary.constants)
    labels = tuple(Label(span, text) for span, text in values[:6]) or (Label(expression.span, "false"),)
    return f"of which `{expression.text}` does not hold", labels
