"""Phase `laws`: what the contract says of several calls together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.evidence.expectation import NOTHING
from abidance.core.catalogue import UNSATISFIABLE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.generate.complete import UnlawfulExampleError
from abidance.generate.complete_law import complete_law
from abidance.generate.laws import law_cases
from abidance.generate.scope import FilterLog
from abidance.run.execution.context import ItemVerdict
from abidance.run.findings.confirm import confirmed, unjudged
from abidance.run.phases.examples import not_ready
from abidance.run.phases.properties import at_edges
from abidance.run.search.known_causes import searched_past
from abidance.run.search.law_preconditions import LawfulSteps
from abidance.run.search.promise_coverage import LawReach
from abidance.run.search.search import Search

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.boundary import BoundaryLaw
    from abidance.core.span import Span
    from abidance.run.execution.context import Context


def judge(context: Context) -> ItemVerdict:
    """Search, make each failing case small, and turn it into a finding."""
    log = FilterLog()
    law = context.boundary.laws[context.item.function]
    allowed = LawfulSteps(context.calls, log)
    reaches = LawReach.of(law)
    body = Search(context.calls, NOTHING, context.progress, reaches, allowed, excepted=context.excepted)
    reasons = (*_examples(context, law, body),)
    beyond = searched_past(
        context,
        body,
        lambda: law_cases(context.boundary, law, log, context.words),
        context.settings.max_examples,
    )
    findings = confirmed(body.bugs.values(), context.calls, context)
    reasons = (*reasons, *unjudged(context, body, log))
    if not body.valid and not reasons and not findings:
        if body.not_ready:
            return ItemVerdict(findings, (not_ready(context, body.last_not_ready),), body.valid)
        label = Label(log.worst, "refuses most of them") if log.worst else Label(law.span)
        message = f"the steps of `{law.name}` were never made: no valid calls could be generated"
        reasons = (Diagnostic(UNSATISFIABLE, message, (label,)),)
    if body.valid and not reaches.kept and not reasons and not findings:
        message = f"in none of {body.valid:,} cases of `{law.name}` were all of its steps made"
        reasons = (Diagnostic(UNSATISFIABLE, message, (Label(law.span),)),)
    return ItemVerdict(findings, reasons, body.valid, reaches.gaps, reaches.tested, beyond)


def _examples(context: Context, law: BoundaryLaw, body: Search) -> Iterator[Diagnostic]:
    """Try the inputs that the contract writes out; yield why one is not tried."""
    for example in law.examples:
        try:
            case = complete_law(context.boundary, law, example.given, context.words)
        except UnlawfulExampleError as error:
            yield _unlawful(law, example.span, error.span)
            continue
        before = body.valid
        at_edges(body, (case,), compared=False)
        if body.valid == before and not body.bugs:
            yield _unlawful(law, example.span, None)


def _unlawful(law: BoundaryLaw, span: Span, why: Span | None) -> Diagnostic:
    labels = (Label(span), *((Label(why, "not met"),) if why else ()))
    return Diagnostic(
        UNSATISFIABLE, f"the steps of `{law.name}` are no valid calls with this example", labels
    )
