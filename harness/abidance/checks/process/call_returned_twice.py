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
    The caller called once, and two processes go on from there: both write out the same buffers, talk over the
    same connections, and run the same exit handlers.

    ## Example
        if (fork() == 0) work();    /* and no `_exit` behind it: the child returns to the caller */

    ## How it is seen
    Where a call comes back the process is compared with the one that made it. Another one says so and
    ends. The worker waits a moment for children that are new and still run the same program.

    ## Not seen
    A child that takes longer than 300 ms to come back, or a child's child, may be seen with a later call
    or not at all. What a fork does that never returns is `process-state-changed`'s to tell.
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
                f"`{function.name}` was called once and came back in {others} as well",
                function_labels(function, "returns to its caller, once"),
                help="end a forked child by `_exit` or `exec`, whatever happens in it",
                place=function.name,
            )
