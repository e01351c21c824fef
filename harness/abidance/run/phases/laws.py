"""Phase `laws`: what the contract says of several calls together."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from textwrap import indent
from typing import TYPE_CHECKING

import hypothesis

from abidance.boundary.model.types import HandleShape
from abidance.checks.evidence.expectation import NOTHING
from abidance.checks.evidence.unmet_preconditions import unmet
from abidance.checks.results.law_broken import unmade_step
from abidance.core.catalogue import UNSATISFIABLE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import HookError
from abidance.generate.complete import UnlawfulExampleError
from abidance.generate.complete_law import LawCompleter
from abidance.generate.law_edges import law_edges
from abidance.generate.laws import law_cases, models_of_histories
from abidance.generate.python_strategies import tables
from abidance.generate.scope import FilterLog
from abidance.run.execution.context import ItemVerdict
from abidance.run.execution.subsequences import shorten_history
from abidance.run.findings.confirm import confirmed, unjudged
from abidance.run.phases.examples import not_ready
from abidance.run.phases.properties import at_edges
from abidance.run.search.fitting_operations import with_fits
from abidance.run.search.known_causes import searched_past
from abidance.run.search.law_preconditions import LawfulSteps
from abidance.run.search.promise_coverage import LawReach
from abidance.run.search.search import Search

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.laws import BoundaryLaw
    from abidance.boundary.model.values import Values
    from abidance.checks.evidence.unmet_preconditions import UnmetPrecondition
    from abidance.checks.results.law_broken import UnmadeStep
    from abidance.core.span import Span
    from abidance.generate.sequence_model import SequenceModel
    from abidance.run.execution.context import Context
    from abidance.run.search.search import Cause


_AS_IT_LIES = (
    "what is computed from an earlier step is what that left when it was made by itself; "
    "what is passed whole, such as `a.out`, is passed as it lies in memory"
)
BESIDES = 20
"""So many cases are generated where tables have as many as a search makes, or more."""


def judge(context: Context) -> ItemVerdict:
    """Search, make each failing case small, and turn it into a finding."""
    log = FilterLog()
    law = context.boundary.laws[context.item.function]
    allowed = LawfulSteps(context.calls, log)
    reaches = LawReach.of(law)
    body = Search(context.calls, NOTHING, context.progress, reaches, allowed, excepted=context.excepted)
    models = models_of_histories(context.boundary, law, context.words)
    models = {kind: with_fits(context, each) for kind, each in models.items()}
    reasons = (*_examples(context, law, body, models, log),)
    beyond = searched_past(
        context,
        body,
        lambda: law_cases(context.boundary, law, log, context.words, models=models),
        _left(context, law),
        settle=partial(_shorten, body) if law.histories else lambda _: None,
    )
    findings = confirmed(body.bugs.values(), context.calls, context)
    reasons = (*reasons, *unjudged(context, body, log))
    if not body.valid and not reasons and not findings:
        if body.not_ready:
            return ItemVerdict(findings, (_unready(context, law, body),), body.valid)
        # Of what meets the law's own preconditions, something else refuses all.
        label = log.apart_from(law.requires).label("refuses most of them") or Label(law.span)
        message = f"the steps of `{law.name}` were never made: no valid calls could be generated"
        reasons = (Diagnostic(UNSATISFIABLE, message, (label,)),)
    if body.valid and not reaches.kept and not reasons and not findings:
        refused = log.label("refuses most of them") if reaches.unmade is None else None
        reasons = (_never_made(law, body.valid, reaches.unmade, reaches.unmet, refused),)
        if reaches.otherwise is not None:
            message = (
                f"in each of {body.valid:,} cases of `{law.name}` a step left something else the next time"
            )
            reasons = (Diagnostic(UNSATISFIABLE, message, (reaches.otherwise,), help=_AS_IT_LIES),)
    return ItemVerdict(findings, reasons, body.valid, reaches.gaps, reaches.tested, beyond)


def _shorten(body: Search, cause: Cause) -> None:
    """Leave out the calls before the law's own that the failure does not need."""
    bug = body.bugs[cause]
    body.bugs[cause] = replace(bug, case=shorten_history(bug.case, partial(body.fails, cause=cause)))


def _unready(context: Context, law: BoundaryLaw, body: Search) -> Diagnostic:
    """Return why no step that needs what others leave was made in any case."""
    trial = body.last_not_ready
    why = unmade_step(trial) if trial is not None and unmet(trial) is None else None
    return _never_made(law, body.not_ready, why) if why is not None else not_ready(context, trial)


def _never_made(
    law: BoundaryLaw,
    cases: int,
    why: UnmadeStep | None,
    precondition: UnmetPrecondition | None = None,
    refused: Label | None = None,
) -> Diagnostic:
    message = f"in none of {cases:,} cases of `{law.name}` were all of its steps made"
    unmade = refused or Label(law.span, why.words if why is not None else "")
    labels = (unmade, *_unmet(precondition))
    shown = (f"one such call:\n{indent(why.call, '    ')}",) if why is not None and why.call else ()
    remedy = _another(law) if precondition is not None else None
    return Diagnostic(UNSATISFIABLE, message, labels, shown, help=remedy)


def _another(law: BoundaryLaw) -> str | None:
    """Return how a law is given handles that are not new: of those the library told what a step must not be given."""
    new = (m.shape for m in law.members if m.name not in law.histories)
    kind = next((shape.handle for shape in new if isinstance(shape, HandleShape)), None)
    if kind is None or law.split:
        return None
    given = f"`given: {{NAME: {{in: {kind}, history: any}}}}`"
    return f"a handle that a law is given is new; with {given} any valid calls were made on it before"


def _unmet(found: UnmetPrecondition | None) -> Iterator[Label]:
    if found is not None:
        yield Label(found.condition.span, f"not met when `{found.function.name}` was to be called")


def _examples(
    context: Context, law: BoundaryLaw, body: Search, models: Mapping[str, SequenceModel], log: FilterLog
) -> Iterator[Diagnostic]:
    """Try the inputs that the contract writes out, those of its tables and of edges; yield why one is not tried."""
    complete = LawCompleter(context.boundary, law, context.words, models)
    written = [(example.given, example.span) for example in law.examples]
    try:
        written += _rows(context, law)
    except HookError as error:
        yield from error.diagnostics
    for given, span in written:
        try:
            case = complete(given)
        except UnlawfulExampleError as error:
            yield _unlawful(law, span, Label(error.span, "not met") if error.span else None)
            continue
        before, refused = body.valid, dict(log.refused)
        at_edges(body, (case,), compared=False)
        if body.valid == before and not body.bugs:
            yield _unlawful(law, span, log.since(refused).label("not met"))
    at_edges(body, [*law_edges(context.boundary, law, context.words, complete)], compared=False)


def _rows(context: Context, law: BoundaryLaw) -> Iterator[tuple[Values, Span]]:
    """Yield each value of the tables that inputs of a law are taken from."""
    for member, name, values in tables(law.members, context.boundary.constants):
        for value in values:
            yield {member: value}, name.span


def _left(context: Context, law: BoundaryLaw) -> int | None:
    """Return how many cases are generated: those of tables count, but for a few that have other things besides."""
    most, usual = context.settings.max_examples, hypothesis.settings.default
    try:
        tried = sum(1 for _ in _rows(context, law))
    except HookError:
        tried = 0
    if not tried or usual is None:
        return most
    most = usual.max_examples if most is None else most
    return min(most, max(most - tried, BESIDES))


def _unlawful(law: BoundaryLaw, span: Span, why: Label | None) -> Diagnostic:
    labels = (Label(span), *((why,) if why else ()))
    return Diagnostic(
        UNSATISFIABLE, f"the steps of `{law.name}` are no valid calls with this example", labels
    )
