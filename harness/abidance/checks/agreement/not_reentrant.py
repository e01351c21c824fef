"""ABD347: a `reentrant` function is not: a nested call from its callback changes the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.answers import difference_words, pairs_differ, where
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.permissions import effect_span
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class NotReentrant(Check):
    """Flags a `reentrant` function that gives another result when its callback calls it again.

    ## Why it matters
    Callbacks are the caller's code, and may call the library. The inner call repeats or undoes what the outer
    one has half done.

    ## Example
        effects: [reentrant]            # and what is found so far is kept in a static buffer

    ## How it is detected
    The first invocation of a callback in a call makes a second valid call, on the same handle if there is one,
    and then returns. The results of both are compared with those of the same calls one after the other. Calls
    whose results depend on their order are not compared; on one handle, only those that are `pure`. A lock that
    is taken twice is reported as ABD302, a crash as ABD301.

    ## Not detected
    Functions without a callback; those that are called through a call stub; other functions called from the
    callback; interruption anywhere else.
    """

    id = "ABD347"
    name = "not-reentrant"
    formerly = ("differs-within-itself",)
    only_with = Evidence.THREADS

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each answer that differs."""
        threads = trial.threads
        if threads is None or trial.death or not threads.steady:
            return
        function = trial.function
        for number, difference in pairs_differ(threads.pairs):
            did, otherwise = difference_words(difference)
            when = (
                "when it was called from its own callback" if number else "when its callback called it again"
            )
            apart = where(difference)
            yield Diagnostic(
                self.code,
                f"`{function.name}` {did} {when}, and {otherwise} otherwise",
                (Label(effect_span(trial, "reentrant"), "promised"), Label(function.declaration.span)),
                notes=(apart,) if apart else (),
                place=f"{function.name}:within:{difference.path}",
            )
