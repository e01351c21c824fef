"""Phase `rejects`: invalid calls with a promised, harmless answer."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from abidance.boundary.model.types import ScalarShape
from abidance.checks.evidence.expectation import Expectation
from abidance.core.catalogue import UNSATISFIABLE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.events import Beyond
from abidance.generate.law_edges import WHOLE
from abidance.generate.scope import FilterLog
from abidance.generate.source import UnlawfulDrawError
from abidance.generate.strategies import cases, simplest
from abidance.run.execution.context import ItemVerdict
from abidance.run.findings.confirm import confirmed, unjudged
from abidance.run.phases.examples import not_ready
from abidance.run.phases.properties import at_edges
from abidance.run.search.known_causes import searched_past
from abidance.run.search.promise_coverage import PromiseCoverage
from abidance.run.search.promise_questions import of_refusal
from abidance.run.search.search import Search

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.functions import Reject
    from abidance.boundary.model.values import Case
    from abidance.core.diagnostic import Finding
    from abidance.core.gaps import Gap, Tested
    from abidance.run.execution.context import Context

EXAMPLES = 100
"""Cases for all clauses of a function together, when nothing else is asked for."""


def judge(context: Context) -> ItemVerdict:
    """Search each clause on its own, so that one finding does not hide another."""
    findings: list[Finding] = []
    reasons: list[Diagnostic] = []
    beyond: list[Beyond | None] = []
    ran = 0
    clauses = context.function.rejects
    gaps: tuple[Gap, ...] = ()
    tested: frozenset[Tested] = frozenset()
    each = max(5, (context.settings.max_examples or EXAMPLES) // len(clauses))
    for number, clause in enumerate(clauses):
        log = FilterLog()
        body = Search(
            context.calls,
            Expectation.of(clause),
            lambda cases, before=ran: context.progress(before + cases),  # type: ignore[misc]
            PromiseCoverage.of(context.function, of_refusal(context.function, clause)),
            excepted=context.excepted,
        )
        made_up = partial(
            cases,
            context.boundary,
            context.function.as_refused(clause),
            given=clause.given,
            lawful=clause.condition is not None,
            log=log,
        )
        at_edges(body, [*_each(context, clause)], compared=False)
        beyond.append(searched_past(context, body, made_up, each, part=f"::{number}"))
        findings += confirmed(body.bugs.values(), context.calls, context)
        ran += body.valid
        gaps, tested = gaps + body.gaps, tested | body.tested
        why = unjudged(context, body, log)
        reasons += why
        if not body.valid and not why:
            reasons.append(_never(context, clause, body, log))
    return ItemVerdict(tuple(findings), tuple(reasons), ran, gaps, tested, Beyond.of(beyond))


def _each(context: Context, clause: Reject) -> Iterator[Case]:
    """Yield the simplest call with each value that a clause lists, or that its range has where these are few."""
    function = context.function.as_refused(clause)
    for name, shape in clause.given.items():
        if not isinstance(shape, ScalarShape) or shape.kind == "float":
            continue
        few = 0 <= shape.highest - shape.lowest < WHOLE
        values = shape.members or (range(int(shape.lowest), int(shape.highest) + 1) if few else ())
        for value in values[:WHOLE]:
            with suppress(UnlawfulDrawError):
                given = {**clause.given, name: value}
                lawful = clause.condition is not None
                yield simplest(context.boundary, function, given, FilterLog(), lawful=lawful)


def _never(context: Context, clause: Reject, body: Search, log: FilterLog) -> Diagnostic:
    """Return why a clause was never put to the test."""
    if body.not_ready:
        return not_ready(context, body.last_not_ready)
    refusal = log.label("refuses them")
    return Diagnostic(
        UNSATISFIABLE,
        f"no call of `{context.function.name}` with {clause.text} could be generated",
        (Label(clause.span), *((refusal,) if refusal is not None else ())),
    )
