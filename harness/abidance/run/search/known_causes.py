"""Continues the search behind known causes: they no longer fail a case, so that other causes show.

Hypothesis ends a search soon after its first failing case. So it is asked again, with other cases, until it finds
nothing that is not known, as far as the budget of causes, time-outs and time goes.
"""

from __future__ import annotations

import math
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from abidance.checks.agreement.implementations_differ import ImplementationsDiffer
from abidance.checks.results.postcondition_broken import PostconditionBroken
from abidance.contract.expression import EvaluationError
from abidance.core.errors import CaseError
from abidance.core.events import Beyond
from abidance.run.search.search import look_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hypothesis import strategies as st

    from abidance.boundary.model.values import Case
    from abidance.core.diagnostic import Diagnostic
    from abidance.run.execution.context import Context
    from abidance.run.search.search import Bug, Cause, Search

TOGETHER = frozenset((PostconditionBroken.code.id, ImplementationsDiffer.code.id))
"""What one smallest call shows of these about one function is reported as one finding."""
MOST_CAUSES = 10
"""So many causes of one item are reported; each costs a search and a smallest call of its own."""
SECONDS = 60.0
"""For so long an item's search goes on past what it has found: a last resort, as a busy machine must judge alike."""


def go_on(
    body: Search, search: Callable[[int], None], settle: Callable[[Cause], None] = lambda _: None
) -> Beyond | None:
    """Search again, past all that is known by then, until nothing new is found; None where nothing was to begin with.

    `search` is told which further search it is, from 1, and must let `body` judge its cases. `settle` makes the case of
    a new bug as small as it gets, where Hypothesis does not.
    """
    known = _settled(body, settle)
    if not known:
        return Beyond(stopped=_late(body)) if body.runner.exhausted else None
    cases, left, number, stopped = body.valid, SECONDS, 0, ""
    while known - body.past and not stopped:
        if len(body.bugs) >= MOST_CAUSES:
            stopped = f"it met {len(body.bugs)} causes, and looks for no more in one item"
            break
        number, body.past = number + 1, known
        began = time.monotonic()
        body.until = began + left
        search(number)
        left -= time.monotonic() - began
        stopped = _late(body)
        known = _settled(body, settle)
    body.until, body.late = math.inf, False
    return Beyond(body.valid - cases, body.ended, stopped, blind=not body.returned)


def _settled(body: Search, settle: Callable[[Cause], None]) -> frozenset[Cause]:
    """Return what is known now, with what the smallest case of a bug shows of the same kind and reports with it."""
    known = {*body.past, *body.unjudged}
    for cause in list(body.bugs):
        if cause not in body.past:
            if not body.excepted(body.bugs[cause].diagnostic):
                settle(cause)  # of what is suppressed, no call is shown
            known |= {cause, *_shown_too(body, body.bugs[cause])}
    return frozenset(known)


def _shown_too(body: Search, bug: Bug) -> Iterator[Cause]:
    if bug.diagnostic.code.id not in TOGETHER:
        return
    with suppress(EvaluationError, CaseError):
        for each in body.runner.judge.findings(body.runner.run(bug.case, bug.expectation)):
            if shown_too(bug.diagnostic, each):
                yield each.cause


def searched_past(
    context: Context,
    body: Search,
    made_up: Callable[[], st.SearchStrategy[Case]],
    max_examples: int | None,
    *,
    part: str = "",
    settle: Callable[[Cause], None] = lambda _: None,
) -> Beyond | None:
    """Search, one case after the other, and go on past whatever is found.

    `part` is as in `look_for`, `settle` as in `go_on`.
    """

    def search(number: int) -> None:
        look_for(context, made_up(), body, max_examples, part=part, number=number)

    search(0)
    return go_on(body, search, settle)


def _late(body: Search) -> str:
    return body.runner.exhausted or (f"{SECONDS:.0f} s were up" if body.late else "")


def shown_too(one: Diagnostic, other: Diagnostic) -> bool:
    """Tell whether two findings about one call are reported as one."""
    alike = one.code == other.code and one.code.id in TOGETHER
    same = one.place.partition(":")[0] == other.place.partition(":")[0]
    return alike and same and one.place != other.place
