"""Phase `equivalence`: two libraries, or two builds of one, are given the same valid calls and sequences of them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from abidance.core.errors import AbidanceError
from abidance.generate.complete import UnlawfulExampleError, complete
from abidance.generate.hints import Hints
from abidance.run.phases import lifecycle, properties
from abidance.run.phases.explore import budget, few, seeds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.values import Case
    from abidance.run.execution.context import Context, ItemVerdict
    from abidance.run.execution.handover import Campaign


def judge(context: Context) -> ItemVerdict:
    """Search as phase `properties` does, from the contract's own examples on; of a handle as `lifecycle` does.

    Of two libraries it begins with what exploring both came by.
    """
    campaign = explored(context)
    met = [] if campaign is None else [*handed_over(campaign)]
    if context.item.function in context.boundary.handles:
        verdict = lifecycle.judge(context, first=met)
    else:
        verdict = properties.judge(context, first=(*_examples(context), *met))
    return verdict if campaign is None else replace(verdict, explored=campaign.explored)


def handed_over(campaign: Campaign) -> Iterator[Case]:
    """Yield the valid calls on which two libraries were told apart, and those that reached something new."""
    for each in campaign.failures:
        if each.handed is not None and not each.handed.rejects:
            yield each.handed.case
    yield from (each.case for each in few(campaign.cases) if not each.rejects)


def explored(context: Context) -> Campaign | None:
    """Explore two libraries side by side; None where that is not to be, or cannot."""
    libraries = {side.library for side in context.item.sides}
    assert context.explorer is not None
    if len(libraries) == 1 or not (seconds := budget(context)):
        return None
    try:
        return context.explorer.of(context, seconds, partial(seeds, context))
    except AbidanceError:  # each library's own items say why it is not explored
        return None


def _examples(context: Context) -> Iterator[Case]:
    hints = Hints.of(context.boundary, context.function) if context.function.examples else None
    for example in context.function.examples:
        try:
            yield complete(context.boundary, context.function, example.given, hints)
        except UnlawfulExampleError:  # the phase `examples` says so
            continue
