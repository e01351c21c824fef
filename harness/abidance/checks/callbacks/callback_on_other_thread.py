"""ABD344: a callback was called on a thread of the library's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.callback_text import labels, named, place
from abidance.checks.evidence.evidence import Evidence
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class CallbackOnOtherThread(Check):
    """Flags a callback that is called on another thread than the call that leads to it.

    ## Why it matters
    A callback that does not expect it touches its caller's data without a lock. An interpreter's objects and a
    Rust closure that is not `Send` are corrupted by it.

    ## Example
        on_done: {callback: {calls: 1}}         # a pool's worker calls it; say `threads: any` where it may

    ## How it is seen
    Each invocation tells which thread it is on.

    ## Not seen
    Threads that come to call it after the last call of a test case is over.
    """

    id = "ABD344"
    name = "callback-on-other-thread"
    formerly = ("called-back-on-other-thread",)
    only_with = Evidence.INVOKED

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic a callback."""
        told: set[int] = set()
        for each in trial.run.invocations:
            if not each.foreign or each.callback is None or each.callback in told:
                continue
            told.add(each.callback)
            placed = trial.encoded.callbacks[each.callback]
            running = trial.encoded.calls[max(each.call, 0)].function
            if not placed.shape.any_thread and running is trial.function:
                yield Diagnostic(
                    self.code,
                    f"`{running.name}` called {named(trial, placed)} on another thread than its own",
                    labels(trial, placed, "on the caller's thread only"),
                    help="where it may be called on any thread, say so: `callback: {threads: any}`",
                    place=place(trial, placed),
                )
