"""ABD353: a call came back in another process as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.permissions import call_side_effects
from abidance.checks.evidence.promise_labels import function_labels
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class CallReturnedTwice(Check):
    """Flags a call that forks the process and returns in both.

    ## Why it matters
    The caller called once, and two processes continue from there: both flush the same buffers, use the same
    connections, and run the same exit handlers.

    ## Example
        if (fork() == 0) work();    /* and no `_exit` behind it: the child returns to the caller */

    ## How it is detected
    When a call returns, the process is compared with the one that made it. Another one reports it and ends. The
    worker waits a moment for new children that still run the same program.

    ## Not detected
    A child that takes longer than 300 ms to return, or a grandchild, may be attributed to a later call or
    missed. Side effects of a forked child that never returns are reported as `process-state-changed`.
    """

    id = "ABD353"
    name = "call-returned-twice"
    formerly = ("call-came-back-twice",)
    only_with = Evidence.STRAYS
    whole = True

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic a call."""
        for effects, function in call_side_effects(trial):
            strays = effects.strays
            if not strays:
                continue
            others = "another process" if strays == 1 else f"{strays} other processes"
            yield Diagnostic(
                self.code,
                f"`{function.name}` was called once and returned in {others} as well",
                function_labels(function, "returns to its caller, once"),
                help="end a forked child with `_exit` or `exec` on every path",
                place=function.name,
            )
