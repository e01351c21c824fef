"""ABD385: a call asks for more heap memory than the contract gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.costs import cost_labels
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.heap_use import heap_use, is_over_budget
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class MoreMemoryThanBudget(Check):
    """Flags a call that makes more heap allocations, or allocates more bytes, than `cost` allows.

    ## Why it matters
    Each allocation may have to wait for a lock or for the kernel, and all of them together are the service's
    memory at peak load.

    ## Example
        cost: {allocations: 1}          # and each element of the list is a block of its own

    ## How it is detected
    Every call of malloc and its relatives is counted, on every build: by a preloaded allocator or by the
    sanitizer's own. The call is made twice, and the smaller count is taken: one-time allocations of a first
    call do not count. A block that is resized counts as one more, with all of its bytes. So are the calls of sequences
    and laws: a table grows at one call of many.

    ## Not detected
    The library's own allocators; memory from mmap or the stack. Calls that a sequence makes many times in a row, which
    are counted together.
    """

    id = "ABD385"
    name = "more-memory-than-budget"
    only_with = Evidence.BUDGETED

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic for blocks, and one for bytes."""
        cost, once_more = trial.function.cost, trial.again.once_more if trial.again is not None else None
        at = trial.encoded.plan.subject
        if cost is None or not trial.answered or once_more is None:
            return
        if not is_over_budget(trial.encoded, trial.observation, at):
            return
        both = (heap_use(trial.observation, at), heap_use(once_more, at))
        blocks, size = (min(each) for each in zip(*both, strict=True))
        if cost.allocations is not None and blocks > cost.allocations:
            yield self._finding(trial, "allocations", blocks, cost.allocations, "block")
        if cost.bytes_allocated is not None and size > cost.bytes_allocated:
            yield self._finding(trial, "bytes_allocated", size, cost.bytes_allocated, "byte")

    def _finding(self, trial: CaseResult, clause: str, seen: int, allowed: int, unit: str) -> Diagnostic:
        function = trial.function
        return Diagnostic(
            self.code,
            f"`{function.name}` allocated {seen:,} {unit}{'' if seen == 1 else 's'} of heap memory, where "
            f"{allowed:,} {'is' if allowed == 1 else 'are'} allowed",
            cost_labels(trial, clause),
            place=f"{function.name}:{clause}",
        )
