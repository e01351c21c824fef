"""Phase `rejects`: invalid calls with a promised, harmless answer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from abidance.checks.evidence.expectation import Expectation
from abidance.core.catalogue import UNSATISFIABLE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.events import Beyond
from abidance.generate.scope import FilterLog
from abidance.generate.strategies import cases
from abidance.run.execution.context import ItemVerdict
from abidance.run.findings.confirm import confirmed, unjudged
from abidance.run.phases.examples import not_ready
from abidance.run.search.known_causes import searched_past
from abidance.run.search.promise_coverage import PromiseCoverage
from abidance.run.search.promise_questions import of_refusal
from abidance.run.search.search import Search

if TYPE_CHECKING:
    from abidance.boundary.model.functions import Reject
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
        beyond.append(searched_past(context, body, made_up, each, part=f"::{number}"))
        findings += confirmed(body.bugs.values(), context.calls, context)
        ran += body.valid
        gaps, tested = gaps + body.gaps, tested | body.tested
        why = unjudged(context, body, log)
        reasons += why
        if not body.valid and not why:
            reasons.append(_never(context, clause, body, log))
    return ItemVerdict(tuple(findings), tuple(reasons), ran, gaps, tested, Beyond.of(beyond))


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
