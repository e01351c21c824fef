"""Phase `equivalence`: two libraries, or two builds of one, are given the same valid calls and sequences of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.generate.complete import UnlawfulExampleError, complete
from abidance.generate.hints import Hints
from abidance.run.phases import lifecycle, properties

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.values import Case
    from abidance.run.execution.context import Context, ItemVerdict


def judge(context: Context) -> ItemVerdict:
    """Search as phase `properties` does, from the contract's own examples on; of a handle as `lifecycle` does."""
    if context.item.function in context.boundary.handles:
        return lifecycle.judge(context)
    return properties.judge(context, first=_examples(context))


def _examples(context: Context) -> Iterator[Case]:
    hints = Hints.of(context.boundary, context.function) if context.function.examples else None
    for example in context.function.examples:
        try:
            yield complete(context.boundary, context.function, example.given, hints)
        except UnlawfulExampleError:  # the phase `examples` says so
            continue
