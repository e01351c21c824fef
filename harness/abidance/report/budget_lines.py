"""What calls take, beside their budgets of time: a line for each budget, with the call that is nearest to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.costs import CostKind, in_words
from abidance.report.text.chars import one_line
from abidance.report.text.style import Color
from abidance.report.text.table import Cell, columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.core.costs import MeasuredCost, Quantile
    from abidance.core.events import ItemFinished
    from abidance.report.text.style import Style

_TIMED = (CostKind.TIME, CostKind.RATE, CostKind.RATIO)
_COLORS = {"kept": Color.GOOD, "broken": Color.ERROR, "undecided": Color.WARNING}


def budget_lines(items: Iterable[ItemFinished], look: Style) -> list[str]:
    """Return the lines, none where nothing was held against a budget of time."""
    rows = []
    for item in items:
        nearest: dict[str, tuple[float, MeasuredCost, Quantile]] = {}
        for cost in item.costs:
            for quantile in cost.quantiles if cost.kind in _TIMED else ():
                share = _share(cost, quantile)
                if quantile.verdict is not None and share >= nearest.get(quantile.clause, (0.0,))[0]:
                    nearest[quantile.clause] = share, cost, quantile
        for _, cost, quantile in nearest.values():
            assert quantile.allowed is not None
            assert quantile.verdict is not None
            word = "promised" if cost.kind is CostKind.RATE else "allowed"
            said = f"{cost.words(quantile)}, {in_words(cost.kind, quantile.allowed)} {word}"
            said += f", at `{one_line(cost.over)}` {cost.size:,}" if cost.size is not None else ""
            rows.append(
                [
                    Cell(one_line(cost.function)),
                    Cell(one_line(f"{cost.library} {cost.build}".rstrip())),
                    Cell(quantile.verdict.value, _COLORS[quantile.verdict.value]),
                    Cell(said),
                ]
            )
    return columns(rows, look)


def _share(cost: MeasuredCost, quantile: Quantile) -> float:
    """Return what share of its budget a call takes."""
    if not quantile.allowed or not quantile.value:
        return 0.0
    share = quantile.value / quantile.allowed
    return 1 / share if cost.kind is CostKind.RATE else share
