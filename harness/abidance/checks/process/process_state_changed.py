"""ABD364: a call changed something about the process it runs in."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.permissions import culprit, may
from abidance.checks.evidence.promise_labels import function_labels
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult
    from abidance.plan.observation import ProcessChange

WORDS = {
    "locale": ("locale", "locale"),
    "directory": ("working directory", "directory"),
    "umask": ("umask", "umask"),
    "environment": ("environment", "environment"),
    "signal_handler": ("handler of a signal", "signals"),
    "signal_mask": ("signal mask", "signals"),
    "signal_stack": ("alternate stack of signal handlers", "signals"),
    "timer": ("timers of the process", "timers"),
    "limit": ("limits of the process", "limits"),
    "attribute": ("attributes of the process", "privileges"),
    "float_control": ("floating-point control bits", "floating_point"),
}
"""By the kind of a change: what it is, and the word of `may` that allows it."""


class ProcessStateChanged(Check):
    """Flags a call that changed the locale, working directory, umask, environment, signal handlers or signal mask.

    ## Why it matters
    They belong to the whole process. Numbers print with a comma, relative paths lead elsewhere, Ctrl-C no
    longer works, and nobody looks for the cause in a library.

    ## Example
        setlocale(LC_ALL, "");      /* in a function that formats a number */

    So do resource limits, timers, the alternate stack of signal handlers, user and group, and what `prctl` sets: a
    timer or a limit that is left behind ends the process while another function runs.

    ## How it is detected
    Compared after each case. If something has changed, the case is repeated in a fresh process, where the state
    is compared after every call.

    ## Not detected
    What is changed and restored during the call; the locale of one thread (`uselocale`); handlers of real-time
    signals; a timer that replaces another; priorities and processor affinity.
    """

    id = "ABD364"
    name = "process-state-changed"
    by_itself = True
    only_with = Evidence.REPEATED
    whole = True

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic a change."""
        for change in trial.again.changes if trial.again else ():
            if change.kind not in WORDS:
                continue
            function = culprit(trial, change.call)
            what, word = WORDS[change.kind]
            if function is None or may(trial, word, function):
                continue
            yield Diagnostic(
                self.code,
                f"`{function.name}` changed the {what}{details(change)}",
                function_labels(function, f"leaves the {what.partition(' of')[0]} alone"),
                help=f"restore it before returning; or, if this is what the function is for, say `may: [{word}]`",
                place=f"{function.name}:{change.kind}",
            )


def details(change: ProcessChange) -> str:
    """Return what was and what is, as far as there are words for it."""
    match change.kind:
        case "signal_handler":
            return f": {_signal(change.before)}"
        case "signal_mask":
            return f": {_signal(change.before)} is now {change.after}"
        case "environment" | "signal_stack":
            return ""
        case "timer":
            return f": `{change.before}` runs now"
        case "limit" | "attribute":
            name, _, was = change.before.rpartition(" ")
            return f": `{name}` is {change.after} now, {was} before"
    return f" from `{change.before}` to `{change.after}`"


def _signal(number: str) -> str:
    try:
        return signal.Signals(int(number)).name
    except ValueError:
        return f"signal {number}"
