"""ABD348: a callback was called when others were not called yet, or no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.callback_text import named
from abidance.checks.evidence.evidence import Evidence
from abidance.contract.model.lifetimes import handle_in
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.callback_order import OutOfOrder
    from abidance.checks.evidence.case_result import CaseResult

_SHOWN = 12
"""So many of the callbacks that came first are told."""


class CallbackOutOfOrder(Check):
    """Flags a callback that is invoked out of the `order` that the contract gives it among others.

    ## Why it matters
    Callbacks keep state for each other: what begins allocates, what ends releases, what lies between relies on both.
    An element that is ended twice pops a stack that is empty.

    ## Example
        end: {callback: {order: {ends: start, same: [name]}}}       # after a reset, the depth is not cleared

    ## How it is detected
    All invocations are recorded, in all calls on a handle since it was created or `resets`, or in one call. What must
    have come before is judged where each call since then had the callback to invoke, and what must not wherever it
    came. Which of those that several calls have given is invoked `first`, is judged in each call that invokes several.

    ## Not detected
    What came before while a callback was NULL or not given yet; invocations beyond those recorded for a call, and all
    after them; the order on several threads that call at once.
    """

    id = "ABD348"
    name = "callback-out-of-order"
    only_with = Evidence.INVOKED

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic a callback and clause, at the call that invoked it."""
        if not trial.answered:
            return
        for each in trial.run.callback_order.wrong:
            if each.call == trial.encoded.plan.subject:
                yield self._diagnostic(trial, each)

    def _diagnostic(self, trial: CaseResult, found: OutOfOrder) -> Diagnostic:
        function, shape = trial.function, found.order.shape
        whose = named(trial, found.placed)
        message = f"`{function.name}` {found.words}"
        if found.clause != "by":
            message = f"`{function.name}` called {whose} {found.words}"
        last = [each.name.partition(".")[2] for each in found.before[-_SHOWN:]]
        more = "..., " if len(found.before) > _SHOWN else ""
        came = f"came first: {more}{', '.join(last)}" if last else "no callback came first"
        along = handle_in(found.order.along)
        declared = shape.declared or function.declaration.span
        return Diagnostic(
            self.code,
            message,
            (Label(found.span, f"`{found.clause}` is not kept"), Label(declared)),
            notes=(came,) if found.clause != "first" else (),
            help=f"if `{function.name}`, or a call before, leaves a `{along}` as new, say so under its `transitions`: "
            "`{resets: true}`"
            if along and found.clause != "by"
            else None,
            place=f"{function.name}:{found.placed.path}:{found.clause}",
        )
