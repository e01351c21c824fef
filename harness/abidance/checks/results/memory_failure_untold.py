"""ABD389: a call that was refused memory does not say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.equality import equal
from abidance.boundary.model.types import RESULT_NAME
from abidance.boundary.print_c.literals import in_words, refused_in_words
from abidance.checks.check import Check
from abidance.checks.evidence import refused_memory, unwritten_memory
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.wording import result_text
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.functions import OutOfMemory
    from abidance.checks.evidence.case_result import CaseResult


class MemoryFailureUntold(Check):
    """Flags a call that was refused memory, and answers neither as the contract says nor as it does with memory.

    ## Why it matters
    Memory runs out where there is least time to look into it: under load, and in containers with a limit. A caller that
    is told of success goes on with what is not there.

    ## Example
        may_fail: {memory: {returns: Z_MEM_ERROR}}        # the library returns Z_OK, with half of the output

    ## How it is detected
    A call that succeeds is made again for each block that it asks of the heap, with `malloc` and its relatives giving
    NULL for that one, or from that one on. Then it must fail: with the result that `may_fail` gives, or else with any
    that means failure. It may succeed as well, or fail otherwise, if its answer is that of the call with all memory.
    A crash, a leak or an out parameter that a failed call must not write is reported as in any other call. So it is
    with calls on handles that others have used, and with what is called on them afterwards.

    ## Not detected
    What a library asks for other than by the C library's allocator: from its own pools, by `mmap`. With
    AddressSanitizer C++'s `new`, whose runtime cannot be told to refuse. That a handle has lost what it had, where no
    promise of a later call speaks of that.
    """

    id = "ABD389"
    name = "memory-failure-untold"
    only_with = Evidence.REFUSED_MEMORY

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic, if any."""
        failure = trial.function.out_of_memory
        if failure is None or not trial.answered or not refused_memory.was_refused(trial):
            return
        function, seen = trial.function, trial.seen
        refused = refused_in_words(trial.encoded.plan.calls[trial.encoded.plan.subject].refuses)
        labels = (Label(failure.span), Label(function.declaration.span))
        undisturbed = trial.again.undisturbed if trial.again is not None else None
        if undisturbed is None:
            return
        if refused_memory.tells_want(trial):
            expected = failure.expected.get(RESULT_NAME, seen.result)
            if not equal(seen.result, undisturbed.seen.result):
                shown, wanted = (in_words(function.result.shape, each) for each in (seen.result, expected))
                message = (
                    f"`{function.name}` returned {shown} when it was refused {refused}, "
                    f"where the contract promises {wanted}"
                )
                yield Diagnostic(self.code, message, labels, place=f"{function.name}:memory:result")
            return
        path = unwritten_memory.stale(trial, undisturbed)
        if path is not None:
            what = (
                "its result is not what it"
                if path == "result"
                else f"what it left in `{path}` is not what it"
            )
            returned = f"`{function.name}`{result_text(trial)} when it was refused {refused}"
            message = f"{returned}, and {what} is with that memory"
            yield Diagnostic(
                self.code,
                message,
                labels,
                help=_help(trial, failure),
                place=f"{function.name}:memory:success",
            )


def _help(trial: CaseResult, failure: OutOfMemory) -> str | None:
    if failure.expected or trial.function.has_status:
        return None
    return "if that result is a failure, say so: `may_fail: {memory: {returns: VALUE}}`"
