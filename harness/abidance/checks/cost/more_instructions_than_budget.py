"""ABD384: a call executes more instructions than the contract gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.costs import cost_labels
from abidance.checks.evidence.evidence import Evidence
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class MoreInstructionsThanBudget(Check):
    """Flags a call that executes more instructions than `cost` allows.

    ## Why it matters
    Time is noisy on a shared machine, and a call that has become a third slower goes unnoticed there. The
    instruction count is always the same.

    ## Example
        cost: {instructions: 400}       # the route is looked for in a list, and the list has grown

    ## How it is detected
    The call is single-stepped with the processor's trap flag, which counts each instruction. It has been made
    before: symbol binding and one-time initialisation do not count.

    ## Not detected
    How long the instructions take: a cache miss costs as much as a hundred of them. A system call counts as
    one, and so does a repeated instruction such as `rep movsb`.
    """

    id = "ABD384"
    name = "more-instructions-than-budget"
    only_with = Evidence.COSTS

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic."""
        function = trial.function
        for figure in trial.costs.over("instructions") if trial.costs else ():
            more = "more than " if figure.more else ""
            yield Diagnostic(
                self.code,
                f"`{function.name}` executes {more}{figure.seen:,.0f} instructions, where {figure.allowed:,.0f} are "
                "allowed",
                cost_labels(trial, "instructions"),
                notes=figure.notes,
                place=f"{function.name}:instructions",
            )
