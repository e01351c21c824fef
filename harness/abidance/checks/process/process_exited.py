"""ABD304: the library ended the process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.cause import Cause, cause_of
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.frames import frame_label, last_words, origin_of
from abidance.checks.evidence.promise_labels import call_labels
from abidance.checks.evidence.wording import promised_instead
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class ProcessExited(Check):
    """Flags a call that ended the process by `exit` or `_exit`, whatever the status.

    ## Why it matters
    A library does not own the process. With status 0 a supervisor even believes that everything went well.

    ## Example
        if (!config) exit(0);       /* in a library function */

    ## How it is detected
    The worker ended without a result and without a signal.

    ## Not detected
    A library that replaces the process by `exec`: that shows as a time-out or as garbage.
    """

    id = "ABD304"
    name = "process-exited"
    only_with = Evidence.DEATH
    whole = True

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic."""
        death = trial.death
        if death is None or cause_of(trial) is not Cause.EXIT:
            return
        function = trial.run.running
        lines, notes = frame_label(death.frames, "ended the process here")
        yield Diagnostic(
            self.code,
            f"`{function.name}` ended the process with exit status {death.status}{promised_instead(trial)}",
            (*call_labels(trial, function), *lines),
            (*notes, *last_words(death)),
            help="return a status; ending the process is the caller's decision",
            place=function.name,
            origin=origin_of(death, death.frames),
        )
