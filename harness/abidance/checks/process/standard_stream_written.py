"""ABD366: a call printed something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.boundary.print_c.literals import bytes_text
from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.permissions import may, may_be_anothers
from abidance.checks.evidence.promise_labels import function_labels
from abidance.checks.evidence.wording import to_blame
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult

_SANITIZER = re.compile(rb"^(==\d+==|\d+:|[A-Za-z]+Sanitizer).*\n?", re.MULTILINE)


class StandardStreamWritten(Check):
    r"""Flags a call that writes to standard output or standard error.

    ## Why it matters
    They belong to the program: unexpected output breaks whatever parses it.

    ## Example
        printf("parsed %zu items\n", n);      /* left from debugging */

    ## How it is detected
    Standard output is unbuffered in the worker, and both are read after each case.

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
        if trial.answered and _of_the_library(trial.observation.printed) and may_be_anothers(trial, "output"):
            yield f"what `{trial.function.name}` prints: a function that it needs says `may: [output]`"

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic."""
        words = _of_the_library(trial.observation.printed)
        function = trial.function
        if not words or not trial.answered or may(trial, "output"):
            return
        yield Diagnostic(
            self.code,
            f"{to_blame(trial)} printed {bytes_text(words[:80])}{' and more' if len(words) > 80 else ''}",
            function_labels(function, "prints nothing"),
            help="return it or leave it out; or, if printing is what the function is for, say `may: [output]`",
            place=function.name,
        )


def _of_the_library(printed: bytes) -> bytes:
    """Return what is printed without the warnings of a sanitizer, which is nobody's fault."""
    return _SANITIZER.sub(b"", printed) if b"Sanitizer" in printed else printed
