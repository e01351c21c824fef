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
    """Flags a callback that is invoked on a thread other than the caller's.

    ## Why it matters
    A callback that does not expect it accesses its caller's data without a lock. It corrupts an interpreter's
    objects and any Rust closure that is not `Send`.

    ## Example
        on_done: {callback: {calls: 1}}         # a pool's worker calls it; say `threads: any` where it may

    ## How it is detected
    Each invocation records its thread.

    ## Not detected
    Invocations on other threads after the last call of a test case has returned.
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
                    help="if it may be called on any thread, say so: `callback: {threads: any}`",
                    place=place(trial, placed),
                )
