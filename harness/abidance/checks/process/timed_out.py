"""ABD302: the call did not come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.cause import Cause, cause_of
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.frames import frame_label
from abidance.checks.evidence.promise_labels import call_labels
from abidance.checks.evidence.wording import promised_instead
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class TimedOut(Check):
    """Flags a call that did not return within its time limit.

    ## Why it matters
    The calling thread is lost. In a service with a fixed pool of threads, a few such calls stop everything.

    ## Example
        while (remaining != 0) remaining -= step;       # never ends when step does not divide remaining

    ## How it is detected
    The supervisor waits for the worker (`time_limit`, 2 s by default), records where the library is, and kills
    the worker. While the failing call is shrunk the limit is shorter; the smallest one is confirmed at the full
    limit.

    ## Not detected
    Slow calls that return in time; `cost` is for those.
    """

    id = "ABD302"
    name = "timed-out"
    only_with = Evidence.DEATH
    whole = True

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic."""
        death = trial.death
        if death is None or cause_of(trial) is not Cause.TIMEOUT:
            return
        function = trial.run.running
        lines, notes = frame_label(death.frames, "it was here when the time limit expired")
        yield Diagnostic(
            self.code,
            f"`{function.name}` did not return within the time limit{promised_instead(trial)}",
            (*call_labels(trial, function), *lines),
            notes,
            place=function.name,
        )
