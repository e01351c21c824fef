"""Phase `properties`: lawful calls made up by Hypothesis."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import chain, takewhile
from typing import TYPE_CHECKING

from hypothesis import settings

from abidance.checks.evidence.expectation import NOTHING
from abidance.core.catalogue import UNSATISFIABLE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.generate.strategies import cases
from abidance.generate.sweep import edge_cases
from abidance.run.execution.context import ItemVerdict
from abidance.run.findings.confirm import confirmed, unjudged
from abidance.run.phases.examples import not_ready
from abidance.run.search.pipeline import NOT_PASSED, PipelinedSearch, searched
from abidance.run.search.promise_coverage import PromiseCoverage
from abidance.run.search.result_lifetime import lost
from abidance.run.search.search import Search
from abidance.run.search.shrink_values import minimise, weight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hypothesis import strategies as st

    from abidance.boundary.model.values import Case
    from abidance.generate.scope import FilterLog
    from abidance.run.execution.context import Context
    from abidance.run.search.search import Bug, Cause

MOST_DEATHS = 40
"""So many edge cases may end a worker: what crashes nearly always need not do so hundreds of times."""
FEWEST = 5
"""Fewer lawful cases than this, where more were asked for, judge nothing."""


def judge(context: Context, first: Iterable[Case] = ()) -> ItemVerdict:
    """Search, make each failing case small, and turn it into a finding. The cases `first` are tried before."""
    body = Search(
        context.calls, NOTHING, context.progress, PromiseCoverage(context.function), excepted=context.excepted
    )
    known = _at_edges(body, (*first, *edges(context)))

    def settle(body: Search, cause: Cause, met: Bug | None) -> None:
        bug = met or known.get(cause)
        # Hypothesis looks for the simplest choices, which need not make the smallest numbers.
        if bug is not None and weight(bug.case) <= weight(body.bugs[cause].case):
            body.bugs[cause] = _smaller(context, body, cause, bug)

    made_up = partial(_made_up, context)
    body, log, beyond = searched(context, body, made_up, context.settings.max_examples, settle=settle)
    bugs = [*body.bugs.values()]
    if context.item.phase == "properties":
        bugs += lost(context, frozenset(body.bugs))
    findings = confirmed(bugs, context.calls, context)
    reasons = (*context.calls.reasons, *unjudged(context, body, log))
    reasons = reasons or (() if findings else _too_few(context, body, log))
    return ItemVerdict(
        findings,
        reasons,
        body.valid,
        body.reach.untested if isinstance(body.reach, PromiseCoverage) else None,
        beyond=beyond,
    )


def _made_up(context: Context, log: FilterLog) -> st.SearchStrategy[Case]:
    return cases(context.boundary, context.function, log=log)


def _at_edges(body: Search, cases: Iterable[Case]) -> dict[Cause, Bug]:
    """Try edge cases, and return the lightest that failed for each cause."""
    found: dict[Cause, Bug] = {}
    body.every = True
    ahead = PipelinedSearch(body)
    tried = takewhile(lambda _: body.deaths < MOST_DEATHS, cases)
    steps: Iterable[Callable[[], None]] = (partial(ahead, case) for case in tried)
    for step in chain(steps, (ahead.finish,)):
        with suppress(*NOT_PASSED):
            step()
        for cause, bug in body.bugs.items():
            if cause not in found or weight(bug.case) < weight(found[cause].case):
                found[cause] = bug
    body.every = False
    return found


def _smaller(context: Context, body: Search, cause: Cause, bug: Bug) -> Bug:
    """Return a bug of which Hypothesis found no case of its own, on the smallest case that has it."""
    fails = partial(body.fails, cause=cause)
    return replace(bug, case=minimise(context.boundary, context.function, bug.case, fails))


def edges(context: Context) -> list[Case]:
    """Return the calls at the edges, the same ones for every build of a library."""
    # Builds of one library share the words of the first, whose code no sanitizer has filled up as a rule.
    function = context.function
    key = (function.name, context.item.library)
    if key not in context.scenarios:
        words = context.calls.words(function.declaration.symbol)
        context.scenarios[key] = edge_cases(context.boundary, function, words)
    return context.scenarios[key]


def _too_few(context: Context, body: Search, log: FilterLog) -> tuple[Diagnostic, ...]:
    asked = context.settings.max_examples or settings().max_examples
    # Few are all there are when Hypothesis stopped before it had tried as many as it was asked for.
    if body.valid >= FEWEST or (body.valid and log.tried < asked):
        return ()
    if body.not_ready > body.valid:
        return (not_ready(context, body.last_not_ready),)
    worst, function = log.worst, context.function
    if worst is None and body.valid:
        return ()
    label = Label(worst, "refuses most of them") if worst else Label(function.span)
    return (
        Diagnostic(
            UNSATISFIABLE,
            f"only {body.valid} of {log.tried} calls made up for `{function.name}` keep its preconditions",
            (label,),
            help="say it where values are made (`range`, `one_of`, `length`, `max`) instead of in `requires`",
        ),
    )
