"""What was counted of calls, as it is kept beside what was timed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.cost.cost_grows_faster import RATES, outgrows
from abidance.core.costs import BudgetVerdict, CostKind, MeasuredCost, Quantile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.costs import Figure, Growth
    from abidance.core.events import ItemId


def counted_costs(item: ItemId, most: Figure | None, growth: Growth | None) -> Iterator[MeasuredCost]:
    """Yield the most instructions of a call that were seen, and how they grow with its size."""
    where = (item.function, item.library, item.build, CostKind.INSTRUCTIONS)
    if most is not None:
        verdict = BudgetVerdict.BROKEN if most.is_over else BudgetVerdict.KEPT
        seen = Quantile(1.0, most.seen, clause=most.clause, allowed=most.allowed, verdict=verdict)
        yield MeasuredCost(*where, (seen,))
    if growth is None:
        return
    verdict = BudgetVerdict.BROKEN if outgrows(growth.counts, RATES[growth.at_most]) else BudgetVerdict.KEPT
    for size, count in growth.counts:
        last = (size, count) == growth.counts[-1]
        seen = Quantile(1.0, count, clause="scaling", verdict=verdict if last else None)
        yield MeasuredCost(*where, (seen,), calls=1, over=growth.over, size=size)
