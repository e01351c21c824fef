"""ABD361: a call failed and `errno` does not say why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.wording import result_text
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class ErrnoNotSet(Check):
    """Flags a call that failed and left `errno` at zero, although the contract says that it is set.

    ## Why it matters
    The caller prints *Success*, or acts on the reason of an earlier failure.

    ## Example
        returns: {status: {ok: [0], errors: {-1: failed}}, errno: set_on_failure}

    ## How it is detected
    `errno` is zero before the call; after a failure it must not be.

    ## Not detected
    A wrong value; a value that an inner call happened to set.
    """

    id = "ABD361"
    name = "errno-not-set"
    of_valid_calls = True

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic."""
        if not trial.answered or trial.seen.success or trial.seen.errno != 0:
            return
        function = trial.function
        returns = function.promise.returns if function.promise else None
        if returns is None or returns.errno is None:
            return
        yield Diagnostic(
            self.code,
            f"`{function.name}`{result_text(trial)}, which is a failure, and left `errno` at 0",
            (Label(returns.key_span("errno"), "set on failure"), Label(function.declaration.span)),
            place=function.name,
        )
