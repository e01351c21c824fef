"""ABD381: a `thread_safe` function is not: concurrent calls change the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.answers import difference_words, pairs_differ, where
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.permissions import effect_span, promises
from abidance.checks.evidence.promise_labels import function_labels
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class NotThreadSafe(Check):
    """Flags a call whose result changes when other threads call the same function.

    ## Why it matters
    The caller relies on threads not having to wait for each other. One of them then gets another's result, or a
    corrupted one.

    ## Example
        effects: [thread_safe]          # and the text that comes back is put together in a static buffer

    ## How it is detected
    Four threads repeat the same two calls at the same time, each with its own memory and handles; with
    `concurrent: true`, on one handle. The results are compared with those of the same calls on one thread. In
    new processes, threads also make the very first calls, which exposes races in lazy initialisation. Calls
    whose results depend on their order are not compared. A crash is reported as ABD301, and with a `tsan` build
    a data race as ABD303.

    ## Not detected
    On builds without ThreadSanitizer, races that changed no result this time; concurrent calls of other
    functions; a failure that `status` lists, where the call succeeds alone.
    """

    id = "ABD381"
    name = "not-thread-safe"
    formerly = ("differs-on-threads",)
    only_with = Evidence.THREADS

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each answer that differs."""
        threads = trial.threads
        if threads is None or trial.death or not threads.steady:
            return
        function = trial.function
        for _, difference in pairs_differ(pair for pair in threads.pairs if not _names_its_failure(*pair)):
            did, alone = difference_words(difference)
            apart = where(difference)
            yield Diagnostic(
                self.code,
                f"`{function.name}` {did} on one of {threads.count} threads at once, and {alone} alone",
                _labels(trial),
                notes=(apart,) if apart else (),
                place=f"{function.name}:threads:{difference.path}",
            )


def _names_its_failure(together: CaseResult, alone: CaseResult) -> bool:
    """Tell whether a call failed as the contract names it, which may be about the other threads."""
    return together.function.has_status and alone.seen.success and not together.seen.success


def _labels(trial: CaseResult) -> tuple[Label, ...]:
    function = trial.function
    if promises(trial, "thread_safe"):
        return Label(effect_span(trial, "thread_safe"), "promised"), Label(function.declaration.span)
    return function_labels(function, "promised")
