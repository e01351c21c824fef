"""ABD334: a handle is not in the state that the contract's transitions say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.wording import result_text
from abidance.contract.expression import EvaluationError
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.states import Shown
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.checks.evidence.handle_states import Passage


class StateNotReached(Check):
    """Flags a successful call that leads to no state under `to`, and a state that is not shown as `shown_by` says.

    ## Why it matters
    Callers know the state of a handle only from what calls have returned, and make the calls that are lawful there. In
    another state those are refused, or undefined.

    ## Example
        states: {fresh: {shown_by: {ch_state: result == CH_FRESH}}, open: }
        transitions:
          ch_connect: {from: fresh, to: {open: result == CH_OK}}    # returns CH_AGAIN, which is `ok` as well
          ch_reset: {to: fresh}                                     # ch_state still returns CH_OPEN afterwards

    ## How it is detected
    The state follows from the results of the calls that were made. The conditions under `to` are evaluated after each
    call, and the expression under `shown_by` after each call of the function that shows the state.

    ## Not detected
    A state that no function shows: what is wrong there shows in what later calls do. A call that fails and meets no
    condition is taken to leave the state as it is.
    """

    id = "ABD334"
    name = "state-not-reached"
    only_with = Evidence.STATES

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each handle that the call was given."""
        if not trial.answered or trial.expectation.rejects:
            return
        unjudged: EvaluationError | None = None
        for passage in trial.run.passages:
            if passage.after is None:
                yield _leads_nowhere(trial, passage)
                continue
            if "." in passage.parameter:
                continue  # it is what the call is given that shows its state, not what that was made from
            for shown in passage.machine.shown.get(passage.after, ()):
                told = trial.seen.success or trial.function.result.answers(shown.condition)
                if shown.function != trial.function.name or not told:
                    continue
                try:
                    if not shown.condition.holds(trial.seen.after, trial.seen.before):
                        yield _not_shown(trial, passage, shown)
                except EvaluationError as error:
                    unjudged = unjudged or error
        if unjudged is not None:
            raise unjudged


def _leads_nowhere(trial: CaseResult, passage: Passage) -> Diagnostic:
    transition, function = passage.transition, trial.function
    assert transition is not None
    targets = ", ".join(f"`{each.state}`" for each in transition.targets_from(passage.before))
    return Diagnostic(
        StateNotReached.code,
        f"`{function.name}`{result_text(trial)} in state `{passage.before}`, which leads to none of {targets}",
        (Label(transition.span, "no condition holds"), Label(function.declaration.span)),
        help="if it is right, add a condition under `to` for it, or list the result under the `errors` of its `status`",
        place=f"{function.name}:to",
    )


def _not_shown(trial: CaseResult, passage: Passage, shown: Shown) -> Diagnostic:
    function, seen, condition = trial.function, trial.seen, shown.condition
    values = condition.explain(seen.after, seen.before, constants=trial.boundary.constants)
    return Diagnostic(
        StateNotReached.code,
        f"`{function.name}`{result_text(trial)} where the `{passage.machine.handle}` is to be in state "
        f"`{passage.after}`: `{condition.text}` does not hold",
        (
            *(Label(span, text) for span, text in values[:6]),
            *(() if values else (Label(condition.span, "false"),)),
            Label(function.declaration.span),
        ),
        place=f"{function.name}:shown_by:{passage.after}",
    )
