"""ABD391: a call mixes two values of memory that another thread changed while it ran."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.answers import answers, differences
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.wording import result_text
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class MemoryReadTwice(Check):
    """Flags a call that answers for neither of two values between which `shared` memory changed while it ran.

    ## Why it matters
    What was looked at is not what was used. Where another process or a less trusted thread can write, a length that was
    checked is another one by the time that it is copied by.

    ## Example
        params: {frame: {in: bytes, length: n, shared: true}}       # the library checks frame[0], and reads it again

    ## How it is detected
    Each access of the call to its memory is trapped. Just before it reads what it has read before, the first time and
    each later one in turn, the memory becomes that of another valid call. The call must then answer what it answers for
    one of both values, and a crash is reported as in any other call. A call that reads each value once, such as one
    that copies the memory first, is not disturbed.

    ## Not detected
    Values that do not belong together, of which each was read once. Reads that begin at another address than an earlier
    one. Builds with AddressSanitizer, other processors than x86-64, and what is past the first 4096 bytes.
    """

    id = "ABD391"
    name = "memory-read-twice"
    only_with = Evidence.CHANGED

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic, if any."""
        either = trial.again.either if trial.again is not None else ()
        if not either or not trial.answered:
            return
        told = answers(trial, errno=False)
        found = [
            each for other in either for each in islice(differences(told, answers(other, errno=False)), 1)
        ]
        if len(found) < len(either):
            return
        function, promise = trial.function, trial.function.promise
        what = "its result" if found[0].path == "result" else f"what it left in `{found[0].path}`"
        spans = (
            [each.key_span("shared") for each in promise.params.values() if each.shared] if promise else []
        )
        yield Diagnostic(
            self.code,
            f"`{function.name}`{result_text(trial)} while its memory changed, and {what} is right for neither value",
            (*(Label(span) for span in spans[:1]), Label(function.declaration.span)),
            place=f"{function.name}:shared",
        )
