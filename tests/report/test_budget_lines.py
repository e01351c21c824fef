"""With `-v` each budget of time is shown with what was measured, and how sure that is."""

from __future__ import annotations

import pytest

from abidance.core.costs import BudgetVerdict, CostKind, MeasuredCost, Quantile
from abidance.core.events import ItemFinished, ItemId
from abidance.core.outcome import Outcome
from abidance.report.budget_lines import budget_lines
from abidance.report.text.style import Style

pytestmark = pytest.mark.unit


def item(*costs):
    return ItemFinished(ItemId("b", "f", "cost", "c", "release"), Outcome.PASSED, costs=costs)


def cost(kind, quantile, **more):
    return MeasuredCost("f", "c", "release", kind, (quantile,), runs=12, confidence=0.95, **more)


def p99(value, verdict=BudgetVerdict.KEPT):
    return Quantile(0.99, value, value * 0.97, value * 1.04, "p99", 250_000, verdict)


def test_the_call_that_is_nearest_to_its_budget_is_shown():
    lines = budget_lines(
        [item(cost(CostKind.TIME, p99(100_000)), cost(CostKind.TIME, p99(212_000)))], Style()
    )

    assert lines == [
        "  f   c release   kept   p99 212 ns (95 % interval 206 to 220, 12 interleaved runs), 250 ns allowed"
    ]


def test_rates_and_ratios_are_shown_in_their_words():
    rate = Quantile(0.5, 2e6, 1.9e6, 2.1e6, "throughput", 5e6, BudgetVerdict.BROKEN)
    ratio = Quantile(0.5, 1.2, 1.05, 1.3, "no_worse_than", 1.1, BudgetVerdict.UNDECIDED)
    lines = budget_lines([item(cost(CostKind.RATE, rate), cost(CostKind.RATIO, ratio, against="d"))], Style())

    assert lines[0].endswith("5M calls per second promised")
    assert "broken" in lines[0]
    assert (
        "undecided   1.2 times (95 % interval 1.05 to 1.3, 12 interleaved runs), 1.1 times allowed"
        in lines[1]
    )


def test_what_has_no_budget_of_time_has_no_line():
    counted = cost(
        CostKind.INSTRUCTIONS, Quantile(1, 9, clause="instructions", allowed=10, verdict=BudgetVerdict.KEPT)
    )
    assert budget_lines([item(counted), item(cost(CostKind.TIME, Quantile(0.5, 9)))], Style()) == []
