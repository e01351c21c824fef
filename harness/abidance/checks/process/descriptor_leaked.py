"""ABD365: a call left a descriptor open, or closed one that was not its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.permissions import culprit, grown, may, may_be_anothers
from abidance.checks.evidence.promise_labels import function_labels
from abidance.checks.evidence.wording import to_blame
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class DescriptorLeaked(Check):
    """Flags a call that leaks a file descriptor, or closes one that it did not open.

    ## Why it matters
    After a thousand calls, nothing can be opened any more. A descriptor that is closed behind its owner's back
    is soon somebody else's file.

    ## Example
        if (header_is_bad) return -1;       /* between open and close */

    ## How it is detected
    The open descriptors are compared after each case. It is a leak if each of four further calls leaves one
    more open: a descriptor that is opened once and kept, such as a random source, is not.

    If a descriptor refers to another file afterwards, it was closed, or overwritten by `dup2`.

    ## Not detected
    A descriptor that is closed and opened again on the same file.
    """

    id = "ABD365"
    name = "descriptor-leaked"
    formerly = ("descriptor-left",)
    by_itself = True
    only_with = Evidence.REPEATED
    whole = True

    def unasked(self, trial: CaseResult) -> Iterator[str]:
        """Yield that what stays open may be somebody else's."""
        if may_be_anothers(trial, "files") and next(grown(trial, "opened"), None) is not None:
            yield f"descriptors that `{trial.function.name}` leaves open: a function that it needs says `may: [files]`"

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic of each kind."""
        subject = trial.function
        for change in grown(trial, "opened"):
            if not may(trial, "files", each_time=True):
                yield Diagnostic(
                    self.code,
                    f"{to_blame(trial)} leaves one more descriptor open each time it is called: {change.after}",
                    function_labels(subject, "closes what it opens"),
                    help="close it on every path; where it is meant to stay open: `may: [files]`",
                    place=f"{subject.name}:opened",
                )
        for change in trial.again.changes if trial.again else ():
            function = culprit(trial, change.call)
            if change.kind == "replaced" and function is not None and not may(trial, "files", function):
                yield Diagnostic(
                    self.code,
                    f"`{function.name}` put another file in the place of descriptor {change.before}, not its own",
                    function_labels(function, "leaves alone what it did not open"),
                    place=f"{function.name}:replaced",
                )
            if change.kind == "closed" and function is not None and not may(trial, "files", function):
                yield Diagnostic(
                    self.code,
                    f"`{function.name}` closed descriptor {change.before}, which was open before",
                    function_labels(function, "closes only what it opens"),
                    place=f"{function.name}:closed",
                )
