"""ABD362: a call changed `errno`, which it leaves alone."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.permissions import effect_span, promises
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class ErrnoChanged(Check):
    """Flags a call that changed `errno`, although the contract says that it does not.

    ## Why it matters
    Callers read `errno` after cleaning up: a logger or a destructor that changes it hides why something failed.

    ## Example
        effects: [errno_unchanged]          # the library probes a file and does not put `errno` back

    ## How it is detected
    The call is made with `errno` zero and with another value; each must be unchanged afterwards. In sequences it is
    zero before each call.

    ## Not detected
    In sequences: a call that sets `errno` to zero.
    """

    id = "ABD362"
    name = "errno-changed"

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic."""
        if not trial.answered or not promises(trial, "errno_unchanged"):
            return
        again = trial.again
        runs = [(0, trial.seen.errno)]
        if again is not None and again.same is not None and again.same.answered:
            runs.append((again.errno, again.same.seen.errno))
        for before, after in runs:
            if before != after:
                function = trial.function
                names = [errno.errorcode.get(number, str(number)) for number in (before, after)]
                yield Diagnostic(
                    self.code,
                    f"`{function.name}` left {names[1]} in `errno`, which was {names[0]} before the call",
                    (
                        Label(effect_span(trial, "errno_unchanged"), "promised"),
                        Label(function.declaration.span),
                    ),
                    place=function.name,
                )
                return
