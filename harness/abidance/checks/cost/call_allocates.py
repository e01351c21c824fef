"""ABD369: a call asks for heap memory, where the contract says that it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.permissions import effect_span, promises
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class CallAllocates(Check):
    """Flags a call that allocates heap memory, although it is `no_alloc` or `async_signal_safe`.

    ## Why it matters
    In a signal handler, an audio callback or a hot path an allocation can block, fail, or deadlock.

    ## Example
        effects: [no_alloc]         # the library copies the key with strdup

    ## How it is detected
    Every call of malloc and its relatives is counted, by a preloaded allocator or by the sanitizer's own.

    ## Not detected
    The library's own allocators; memory from mmap or the stack. A one-time allocation in a first call counts
    too.
    """

    id = "ABD369"
    name = "call-allocates"
    only_with = Evidence.ALLOCATED

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic."""
        promised = next((e for e in ("no_alloc", "async_signal_safe") if promises(trial, e)), "")
        if not trial.answered or not promised:
            return
        count = trial.observation.calls[trial.encoded.plan.subject].side_effects.allocations
        if not count:
            return
        function = trial.function
        yield Diagnostic(
            self.code,
            f"`{function.name}` allocated {count} block{'' if count == 1 else 's'} of heap memory",
            (Label(effect_span(trial, promised), "promised"), Label(function.declaration.span)),
            place=function.name,
        )
