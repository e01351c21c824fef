"""The edge cases of a function, which every build of a library is given alike."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.generate.hints import Hints
from abidance.generate.sweep import Edges, edge_cases
from abidance.run.search.fitting_handles import making_creators
from abidance.run.search.leading_calls import leading_calls

if TYPE_CHECKING:
    from abidance.run.execution.context import Context


def edges(context: Context) -> Edges:
    """Return the calls at the edges, made up once for all builds of a library."""
    boundary, function = context.boundary, context.function
    key = (function.name, context.item.library)
    if key not in context.knowledge.edges:
        words = context.words(function.declaration.symbol)
        hints = Hints.of(boundary, function, words)
        hints = replace(hints, creators=making_creators(context.calls, boundary, function))
        hints = replace(hints, leading=leading_calls(context, hints))
        context.knowledge.edges[key] = Edges(tuple(edge_cases(boundary, function, words, hints)), hints)
    return context.knowledge.edges[key]
