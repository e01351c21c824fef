"""ABD393: a call costs one library out of all proportion to what it costs another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.costs import cost_labels
from abidance.checks.evidence.evidence import Evidence
from abidance.core.costs import in_time
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult

CLAUSE = "in_proportion"
"""What stands in the place of a clause: the contract says nothing of it."""


class CostOutOfProportion(Check):
    """Flags a call that takes one of two libraries a hundred times as long as the other, for the same answer.

    ## Why it matters
    Whoever may choose the input can stop a service with a few bytes: tables that are cleared for every call, a loop
    over all that could be, growth that is quadratic. Budgets are set for the calls that somebody thought of.

    ## Example
        libraries: {c: {name: z}, rust: {cargo: rust}}      # `rust` clears four megabytes for eleven bytes of input

    ## How it is detected
    Wherever two libraries are compared, as they ship, the processor time of their calls is compared as well. Where
    one takes much longer, and a millisecond or more, both make the call again five times, in turns, with nothing that
    watches the heap; the least of the one must be a hundred times what half of the other's take at most. The calls of a
    sequence, and those that create and destroy a handle, count together.

    ## Not detected
    Calls that wait and do not compute; less than a hundred times; costs of the first call of a process only;
    functions that are not compared. Calls of chosen sizes are compared by `no_worse_than`.
    """

    id = "ABD393"
    name = "cost-out-of-proportion"
    only_with = Evidence.COSTS

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic, whose place ends with the library that is slow."""
        for figure in trial.costs.over(CLAUSE)[:1] if trial.costs else ():
            function = trial.function
            slow = next((side for side in trial.sides if side != figure.against), "")
            yield Diagnostic(
                self.code,
                f"`{function.name}` takes {in_time(figure.seen)} in `{slow}`, where `{figure.against}` takes "
                f"{in_time(figure.there)} for the same call",
                cost_labels(trial, CLAUSE)[-1:],
                notes=figure.notes,
                help=f"if it has to be, say why: `suppressions: [{{code: {self.code.id}, subject: {function.name}, "
                "reason: why}]`",
                place=f"{function.name}:{CLAUSE}:{slow}",
            )
