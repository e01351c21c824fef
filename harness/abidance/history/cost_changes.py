"""Which costs changed between two runs: on one machine, and by more than either run leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.core.costs import CostKind, in_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.core.costs import MeasuredCost, Quantile
    from abidance.core.events import ItemFinished

CostKey = tuple[object, ...]
_SAME_ANYWHERE = (CostKind.INSTRUCTIONS, CostKind.ALLOCATIONS, CostKind.BYTES, CostKind.CODE)
"""What is counted and not timed depends on no machine."""
_MORE_IS_BETTER = (CostKind.RATE,)


@dataclass(frozen=True, slots=True)
class CostChange:
    """One figure of one function before and after."""

    cost: MeasuredCost
    old: Quantile
    new: Quantile

    @property
    def is_worse(self) -> bool:
        """Tell whether a call costs more than before."""
        return (self.new.value > self.old.value) is not (self.cost.kind in _MORE_IS_BETTER)

    @property
    def words(self) -> str:
        """Return such as ``time p99 212 ns to 340 ns``."""
        kind = self.cost.kind
        name = f"{kind.value} {self.new.name}" if kind is CostKind.TIME else kind.value
        before, after = (in_words(kind, each.value) for each in (self.old, self.new))
        threads = f" with {self.cost.threads} threads" if self.cost.threads > 1 else ""
        size = f" at {self.cost.over} {self.cost.size:,}" if self.cost.size is not None else ""
        return f"{name}{threads}{size} {before} to {after}"


def figures(items: Iterable[ItemFinished]) -> dict[CostKey, tuple[MeasuredCost, Quantile]]:
    """Return every figure that a run has measured, by what it is a figure of."""
    found: dict[CostKey, tuple[MeasuredCost, Quantile]] = {}
    for item in items:
        for cost in item.costs:
            where = (cost.function, cost.library, cost.build, cost.kind, cost.against, cost.threads)
            of = (*where, cost.input, cost.over, cost.size)
            for quantile in cost.quantiles:
                found.setdefault((*of, quantile.share), (cost, quantile))
    return found


def cost_changes(
    old: Iterable[ItemFinished], new: Iterable[ItemFinished], *, one_machine: bool
) -> tuple[CostChange, ...]:
    """Return what changed for certain: intervals that are apart, or another count.

    What is timed on two machines is not compared, and neither is a time without an interval.
    """
    before, after = figures(old), figures(new)
    changes = []
    for key, (cost, quantile) in after.items():
        was = before.get(key)
        if was is None or not (one_machine or cost.kind in _SAME_ANYWHERE):
            continue
        if _apart(cost.kind, was[1], quantile):
            changes.append(CostChange(cost, was[1], quantile))
    return tuple(changes)


def _apart(kind: CostKind, old: Quantile, new: Quantile) -> bool:
    if old.low is None or old.high is None or new.low is None or new.high is None:
        return kind in _SAME_ANYWHERE and old.value != new.value
    return new.low > old.high or new.high < old.low
