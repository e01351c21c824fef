"""ABD372: the library tried to free memory that it borrowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.allocated_blocks import is_allocated
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.promise_labels import member_labels
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class BorrowedMemoryFreed(Check):
    """Flags a call that frees memory that it borrowed, or whose ownership was not transferred.

    ## Why it matters
    The caller frees it as well, or keeps using it. The memory need not even come from the heap.

    ## Example
        free(request);              /* in a function that is given the request to look at */
        if (full(queue)) { free(item); return -1; }     /* item: {owner: callee}, taken over on success */

    ## How it is detected
    Without AddressSanitizer, `free` and `realloc` are intercepted during a call; an attempt to free an argument
    is recorded and not executed. With it, the second free is reported (ABD303). Memory with `owner: callee` is
    the caller's until the call has succeeded, and stays so if it fails, unless it says `on_failure: taken`.

    ## Not detected
    The library's own allocators.
    """

    id = "ABD372"
    name = "borrowed-memory-freed"
    only_with = Evidence.MISFREED | Evidence.FREED
    whole = True

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic a call."""
        for index, returned in enumerate(trial.observation.calls):
            block = returned.side_effects.misfreed
            if block is None or is_allocated(trial, block):
                continue
            placed, path = trial.encoded.owner(block)
            function = trial.encoded.calls[index].function
            handed = trial.encoded.plan.blocks[block].handed
            words = "which is the caller's"
            if handed:
                again = placed in trial.encoded.calls[:index]
                words += (
                    f" again since `{placed.function.name}` failed" if again else ", but not at its start"
                )
            yield Diagnostic(
                self.code,
                f"`{function.name}` freed `{path}`, {words}",
                member_labels(
                    trial.boundary,
                    placed.function,
                    path,
                    "taken over on success" if handed else "borrowed for the call",
                ),
                place=f"{function.name}:{path}",
            )
        yield from self._after_failure(trial)

    def _after_failure(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each block that a call which failed has freed all the same."""
        for freed in trial.observation.freed:
            returned, call = trial.observation.calls[freed.call], trial.encoded.plan.calls[freed.call]
            hand = next((each for each in call.hands if each.block == freed.block), None)
            if hand is None or hand.is_taken(returned.result):
                continue
            placed, path = trial.encoded.owner(freed.block)
            name = placed.function.name
            yield Diagnostic(
                self.code,
                f"`{name}` failed and freed `{path}`, which then belongs to the caller again",
                member_labels(trial.boundary, placed.function, path, "taken over on success"),
                help="if a failed call takes ownership too, say "
                f"`{path.partition('.')[0]}: {{..., on_failure: taken}}`",
                place=f"{name}:{path}",
            )
