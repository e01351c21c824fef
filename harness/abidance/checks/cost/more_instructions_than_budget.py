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
    Time is noisy on a machine that is shared, and a call that has become a third slower goes unnoticed there.
    How many instructions it takes is the same every time.

    ## Example
        cost: {instructions: 400}       # the route is looked for in a list, and the list has grown

    ## How it is seen
    The call is made with the processor's trap flag set, so that each instruction of it is counted as it runs. It
    has been made before: binding its symbols, and what a first call does once, do not count.

    ## Not seen
    How long the instructions take: a cache that is missed costs as much as a hundred of them. What the kernel
    does counts as one, and so does an instruction that repeats itself, such as `rep movsb`.
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
