"""ABD366: a call printed something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.boundary.print_c.literals import bytes_text
from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.permissions import culprit, may, may_be_anothers
from abidance.checks.evidence.promise_labels import function_labels
from abidance.checks.evidence.wording import to_blame
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.plan.observation import ProcessChange

_SANITIZER = re.compile(rb"^(==\d+==|\d+:|[A-Za-z]+Sanitizer).*\n?", re.MULTILINE)


class StandardStreamWritten(Check):
    r"""Flags a call that writes to standard output or standard error.

    ## Why it matters
    They belong to the program: unexpected output breaks whatever parses it.

    ## Example
        printf("parsed %zu items\n", n);      /* left from debugging */

    ## How it is detected
    Standard output is unbuffered in the worker, and both are read after each case. Where several calls were made, they
    are made once more, to tell which of them prints: that one is named, and judged by its own `may`.

    ## Not detected
    Output that the library buffers itself; output to a terminal that the library opens itself.
    """

    id = "ABD366"
    name = "standard-stream-written"
    formerly = ("output-printed",)
    by_itself = True
    only_with = Evidence.PRINTED
    whole = True

    def unasked(self, trial: CaseResult) -> Iterator[str]:
        """Yield that what was printed may be somebody else's."""
        printed = trial.answered and _of_the_library(trial.observation.printed)
        if printed and not _printers(trial) and may_be_anothers(trial, "output"):
            yield f"what `{trial.function.name}` prints: a function that it needs says `may: [output]`"

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic."""
        printed = trial.observation.printed
        if not _of_the_library(printed) or not trial.answered:
            return
        printers = _printers(trial)
        if not printers:
            if not may(trial, "output"):
                yield self._told(trial.function, to_blame(trial), printed)
            return
        for change in printers:
            # What a single call needs before it has an item of its own, where it is told once.
            at = trial.encoded.calls[change.call].function
            function = at if trial.is_sequence else culprit(trial, change.call)
            if function is not None and not may(trial, "output", function):
                own = printed[int(change.before) : int(change.after)]
                yield self._told(function, f"`{function.name}`", own or printed)
                return

    def _told(self, function: BoundaryFunction, who: str, printed: bytes) -> Diagnostic:
        words = _of_the_library(printed)
        return Diagnostic(
            self.code,
            f"{who} printed {bytes_text(words[:80])}{' and more' if len(words) > 80 else ''}",
            function_labels(function, "prints nothing"),
            help="return it or leave it out; or, if printing is what the function is for, say `may: [output]`",
            place=function.name,
        )


def _printers(trial: CaseResult) -> tuple[ProcessChange, ...]:
    """Return the calls that print, where that is known."""
    return trial.again.printers if trial.again is not None else ()


def _of_the_library(printed: bytes) -> bytes:
    """Return what is printed without the warnings of a sanitizer, which is nobody's fault."""
    return _SANITIZER.sub(b"", printed) if b"Sanitizer" in printed else printed
