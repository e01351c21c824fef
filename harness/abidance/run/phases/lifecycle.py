"""Phase `lifecycle`: handles made, used and destroyed, several at a time, in every valid order."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from hypothesis import settings

from abidance.boundary.encode.lawful_cases import is_lawful
from abidance.checks.evidence.expectation import NOTHING
from abidance.core.catalogue import UNSATISFIABLE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.generate.sequence_maker import MANY
from abidance.generate.sequence_model import SequenceModel
from abidance.generate.sequences import sequences
from abidance.run.execution.context import ItemVerdict
from abidance.run.execution.subsequences import as_prepared, shorten
from abidance.run.findings.confirm import confirmed, unjudged
from abidance.run.phases.examples import not_ready
from abidance.run.phases.properties import at_edges
from abidance.run.search.fitting_operations import with_fits
from abidance.run.search.pipeline import searched
from abidance.run.search.promise_coverage import Reaches
from abidance.run.search.search import Search
from abidance.run.search.shrink_arguments import simplify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.boundary.model.values import Case
    from abidance.generate.scope import FilterLog
    from abidance.run.execution.context import Context
    from abidance.run.search.search import Bug, Cause


TIMES = 2
"""So many sequences where another phase makes one call: more of them lead nowhere, and they are cheap to generate."""
MOST_TIMES = 6
"""And so many where it has many functions, of which few take part in each."""


def judge(context: Context, first: Sequence[Case] = ()) -> ItemVerdict:
    """Search, make each failing sequence short, and turn it into a finding. The cases `first` are tried before."""
    cast = SequenceModel.of(context.boundary, context.item.function, context.words)
    cast = with_fits(context, cast)

    def settle(body: Search, cause: Cause, _: Bug | None) -> None:
        bug = body.bugs[cause]
        fails = as_prepared(context.boundary, bug.case, partial(body.fails, cause=cause))
        body.bugs[cause] = replace(bug, case=simplify(context.boundary, shorten(bug.case, fails), fails))

    reach = (
        Reaches() if context.item.phase == "lifecycle" else None
    )  # what two libraries answer is only compared
    search = Search(context.calls, NOTHING, context.progress, reach, excepted=context.excepted)
    search.lawful = partial(is_lawful, context.boundary)
    if first:
        at_edges(search, first, compared=context.item.phase != "lifecycle")
    body, log, beyond = searched(
        context,
        search,
        lambda log: sequences(context.boundary, cast, log, search.failing),
        _times(cast) * (context.settings.max_examples or settings().max_examples),
        shrink=False,
        settle=settle,
    )
    findings = confirmed(body.bugs.values(), context.calls, context)
    reasons = unjudged(context, body, log)
    if not body.valid and not reasons and not findings:
        reasons = (_never(context, body, log),)
    return ItemVerdict(findings, reasons, body.valid, tested=body.tested, beyond=beyond)


def _times(cast: SequenceModel) -> int:
    return min(TIMES * (1 + len(cast.roles) // MANY), MOST_TIMES)


def _never(context: Context, body: Search, log: FilterLog) -> Diagnostic:
    """Return why no sequence was made."""
    if body.not_ready:
        return not_ready(context, body.last_not_ready)
    name = context.item.function
    life = context.boundary.handles[name]
    label = log.label("refuses most of them") or Label(life.span)
    return Diagnostic(
        UNSATISFIABLE,
        f"no `{name}` was created: no valid call of `{life.create}` could be generated",
        (label,),
        help=log.remedy,
    )
