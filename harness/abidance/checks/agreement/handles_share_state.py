"""ABD375: what a call on one handle answers depends on calls on another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.answers import Answer, answers, difference_words, differences
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.permissions import may
from abidance.checks.evidence.promise_labels import function_labels
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.checks.evidence.answers import AnswerDifference
    from abidance.checks.evidence.case_result import CaseResult


class HandlesShareState(Check):
    """Flags a call on one handle whose result depends on calls on another.

    ## Why it matters
    State that should belong to the handle is shared: independent parts of a program interfere with each other.

    ## Example
        static size_t count;        /* where `struct table` should have it */

    ## How it is detected
    In a sequence over unrelated handles, the calls on one are repeated without those on the others. If a result
    differs, both are repeated: each must give its own result every time.

    ## Not detected
    State that affects no result. Handles that are created from one another, or passed to one call, are related. That a
    handle is not created while there are others: a library may have room for so many. What follows where one is refused
    memory that the other had: a library may keep blocks for all handles.
    """

    id = "ABD375"
    name = "handles-share-state"
    only_with = Evidence.ALONE

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic."""
        alone = trial.alones.get(trial.encoded.plan.subject)
        if alone is None or not trial.answered or not alone.answered or may(trial, "handles", trial.function):
            return
        same = {call: each.encoded.plan.subject for call, each in trial.alones.items()}
        difference = first_difference(trial, alone, same)
        if difference is None or _makes_none(trial, alone):
            return
        function = trial.function
        did, otherwise = difference_words(difference)
        yield Diagnostic(
            self.code,
            f"`{function.name}` {did}, and {otherwise} without the calls on other handles",
            function_labels(function, "each handle has its own state"),
            help="if handles are meant to observe each other, say `may: [handles]`",
            place=f"{function.name}:{difference.path}",
        )


def _makes_none(trial: CaseResult, alone: CaseResult) -> bool:
    """Tell whether one of two calls that make a handle was refused: there may be so many of them and no more."""
    made = trial.function.name in {each for life in trial.boundary.handles.values() for each in life.creates}
    return made and trial.seen.success is not alone.seen.success


def first_difference(
    trial: CaseResult, alone: CaseResult, same: Mapping[int, int]
) -> AnswerDifference | None:
    """Return where the answers of a call differ from those of the same call without other handles.

    `same` maps the steps that both sequences have to where they are in the one without. Callbacks of other handles
    are there in one sequence alone: this call must not call them.
    """
    one, other = answers(trial, errno=False), answers(alone, errno=False)
    there = {(each.path, each.owner): each for each in other if each.owner is not None}
    left = [each for each in one if each.owner is None], [each for each in other if each.owner is None]
    for each in one:
        if each.owner is not None:
            left[0].append(each)
            owner = _moved(trial, each.owner, same)
            twin = None if owner is None else there.get((each.path, owner))
            left[1].append(twin or Answer(each.path, each.shape, []))
    return next(differences(*left), None)


def _moved(trial: CaseResult, call: int, same: Mapping[int, int]) -> int | None:
    """Return where a call is in the other sequence, None when it is not; what a step needs is made just before it."""
    step = next((each for each in trial.encoded.steps if each >= call), None)
    return None if step is None or step not in same else same[step] - (step - call)
