"""What calls cost: figures beside what the contract allows, latency as a histogram, growth as a curve."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import htpy as h

from abidance.core.costs import PICOSECOND, BudgetVerdict, CostKind, in_time, in_words, span_in_words
from abidance.pages.charts import Axis, ChartLine, line_chart
from abidance.pages.elements import Column, run_link, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from abidance.core.costs import Histogram, MeasuredCost, Quantile
    from abidance.evidence.model import FromRun, RunOrigin, SubjectEvidence
    from abidance.pages.report.scene import Scene

_BINS = 40
_WIDE = 4.0
"""Where the slowest call takes so many times as long as the quickest, the axis of time is logarithmic."""
_TAIL = 0.9999
"""The chart ends where this share of the calls has; the table has the rest."""
_TICKS = 5
_VERDICTS = {
    BudgetVerdict.KEPT: ("good", "kept"),
    BudgetVerdict.BROKEN: ("bad", "broken"),
    BudgetVerdict.UNDECIDED: ("doubt", "undecided"),
}


def headline_costs(costs: Iterable[MeasuredCost]) -> h.Node:
    """Return the time of the slowest call that was measured in each library, in a few words."""
    slowest: dict[str, tuple[MeasuredCost, Quantile]] = {}
    for cost in _whole(costs):
        quantile = cost.at(0.99) or (cost.quantiles[-1] if cost.quantiles else None)
        if cost.kind is not CostKind.TIME or quantile is None:
            continue
        if cost.library not in slowest or slowest[cost.library][1].value < quantile.value:
            slowest[cost.library] = cost, quantile
    told = (
        f"{library} {quantile.name} {in_words(cost.kind, quantile.value)}"
        for library, (cost, quantile) in slowest.items()
    )
    return ", ".join(told)


def _whole(costs: Iterable[MeasuredCost]) -> Iterator[MeasuredCost]:
    """Yield what is no part of a growth curve."""
    return (each for each in costs if each.size is None)


def cost_parts(subject: SubjectEvidence, scene: Scene) -> h.Node:
    """Return what its calls cost, with pictures of it; None where nothing was measured."""
    if not subject.costs:
        return None
    costs = [each.value for each in subject.costs]
    first, *others = [_latency(subject.name, those) for those in _by_input(costs)] or [None]
    folded = f"The same for {len(others)} other input{'s' if len(others) > 1 else ''}"
    return h.div(".costs")[
        h.h4["Costs"],
        _times(subject, scene),
        _counts(subject, scene),
        first,
        h.details[h.summary[folded], others] if others else None,
        [_growth(subject.name, those) for those in _curves(costs)],
    ]


def _times(subject: SubjectEvidence, scene: Scene) -> h.Node:
    """Return a line for each input and library, those of one input below each other."""
    measured = [
        each for each in subject.costs if each.value.kind is CostKind.TIME and each.value.size is None
    ]
    shares = sorted({quantile.share for each in measured for quantile in each.value.quantiles})
    names = {quantile.share: quantile.name for each in measured for quantile in each.value.quantiles}
    inputs = list(dict.fromkeys((each.value.input, each.value.threads) for each in measured))
    measured.sort(key=lambda each: inputs.index((each.value.input, each.value.threads)))
    columns = [
        Column("called with"),
        Column("in"),
        *(Column(names[share], number=True) for share in shares),
        Column("allowed"),
        Column("calls", number=True),
        Column("from"),
    ]
    rows: list[list[h.Node]] = [
        [
            (cost.input or "many inputs") + _threads(cost),
            _place(cost),
            *(_figure(cost, cost.at(share)) for share in shares),
            _allowed(cost),
            f"{cost.calls:,}",
            [run_link(each.origin), _elsewhere(each.origin, scene)],
        ]
        for each in measured
        for cost in (each.value,)
    ]
    return table(f"Times of calls of {subject.name}{_confidence(measured)}", columns, rows)


def _counts(subject: SubjectEvidence, scene: Scene) -> h.Node:
    columns = [
        Column("cost"),
        Column("in"),
        Column("figure", number=True),
        Column("allowed"),
        Column("from"),
    ]
    rows: list[list[h.Node]] = [
        [
            f"{cost.kind.value}{f' against {cost.against}' if cost.against else ''}{_threads(cost)}{_input(cost)}",
            _place(cost),
            [_figure(cost, quantile) for quantile in cost.quantiles],
            _allowed(cost),
            [run_link(each.origin), _elsewhere(each.origin, scene)],
        ]
        for each in subject.costs
        for cost in (each.value,)
        if (cost.size is None or cost.kind is CostKind.RATIO) and cost.kind is not CostKind.TIME
    ]
    return table(f"Other costs of {subject.name}", columns, rows)


def _confidence(measured: Iterable[FromRun[MeasuredCost]]) -> str:
    """Say what the intervals are, where all are the same."""
    found = {(each.value.confidence, each.value.runs) for each in measured if each.value.confidence}
    if len(found) != 1:
        return ""
    ((confidence, runs),) = found
    return f", with {confidence * 100:g} % intervals of {runs} interleaved runs"


def _threads(cost: MeasuredCost) -> str:
    return f" with {cost.threads} threads" if cost.threads > 1 else ""


def _place(cost: MeasuredCost) -> str:
    return ", ".join(filter(None, (cost.library, cost.build)))


def _input(cost: MeasuredCost) -> str:
    size = f", {cost.over} of {cost.size:,}" if cost.size is not None else ""
    return (f", {cost.input}" if cost.input else "") + size


def _figure(cost: MeasuredCost, quantile: Quantile | None) -> h.Node:
    if quantile is None:
        return None
    interval: h.Node = None
    if quantile.low is not None and quantile.high is not None:
        low, high = span_in_words(cost.kind, quantile.low, quantile.high, quantile.value)
        interval = h.span(".dim.small")[f" {low} to {high}"]
    return [in_words(cost.kind, quantile.value), interval]


def _allowed(cost: MeasuredCost) -> h.Node:
    told: list[h.Node] = []
    for quantile in cost.quantiles:
        if quantile.allowed is None or quantile.verdict is None:
            continue
        tone, words = _VERDICTS[quantile.verdict]
        name = f"{quantile.name} " if cost.kind is CostKind.TIME else ""
        allowed = f"{name}{in_words(cost.kind, quantile.allowed)} "
        told.append(h.span(".together")[allowed, h.span(class_=f"tag {tone}")[words], " "])
    return told or h.span(".dim")["no promise"]


def _elsewhere(origin: RunOrigin, scene: Scene) -> str:
    """Name the machine where the runs of the page are of several: figures of two machines do not compare."""
    machines = {each.run.machine for each in scene.evidence.runs}
    return f" on {origin.run.machine}" if len(machines) > 1 else ""


# ------------------------------------------------------------------ pictures


def _by_input(costs: Iterable[MeasuredCost]) -> Iterator[list[MeasuredCost]]:
    """Yield the histograms of calls with the same input, in each library and build."""
    groups: dict[tuple[str, int], list[MeasuredCost]] = {}
    for each in _whole(costs):
        if each.kind is CostKind.TIME and each.histogram is not None and each.histogram.count:
            groups.setdefault((each.input, each.threads), []).append(each)
    yield from groups.values()


def _latency(name: str, costs: Sequence[MeasuredCost]) -> h.Node:
    histograms = [(_series_name(each, costs), each.histogram) for each in costs if each.histogram is not None]
    scale = _Scale.of([histogram for _, histogram in histograms])
    series = [ChartLine(label, scale.shares(histogram)) for label, histogram in histograms]
    told = "; ".join(
        f"{label}: half of {histogram.count:,} calls within {_in_time(histogram.at(0.5))}, "
        f"99 % within {_in_time(histogram.at(0.99))}, all within {_in_time(histogram.most)}"
        for label, histogram in histograms
    )
    most = max((y for each in series for point in each.points if point for y in (point[1],)), default=1.0)
    return line_chart(
        f"How long calls of {name} take{_input(costs[0])}",
        series,
        Axis("time of a call", scale.ticks(), scale.low, scale.high),
        Axis("% of calls", tuple((each, f"{each:.3g}") for each in (0, most / 2, most)), 0, most),
        told=h.p(".dim")[f"{told}."],
    )


def _series_name(cost: MeasuredCost, beside: Sequence[MeasuredCost]) -> str:
    """Return the library, with its build where another curve is of the same library."""
    alone = sum(each.library == cost.library for each in beside) == 1
    return cost.library if alone or not cost.build else f"{cost.library} {cost.build}"


@dataclass(frozen=True, slots=True)
class _Scale:
    """An axis of times from `low` to `high`: seconds, or their logarithms to the base 10."""

    low: float
    high: float
    logarithmic: bool

    @classmethod
    def of(cls, histograms: Sequence[Histogram]) -> _Scale:
        """Return an axis on which nearly all calls stand."""
        low = min(each.least for each in histograms) * PICOSECOND
        high = max(each.at(_TAIL) for each in histograms) * PICOSECOND
        low = max(low, PICOSECOND)
        high = max(high, low * 1.05)
        if high / low < _WIDE:
            return cls(max(low - (high - low) / 10, 0), high + (high - low) / 10, logarithmic=False)
        return cls(math.log10(low) - 0.05, math.log10(high) + 0.05, logarithmic=True)

    def shares(self, histogram: Histogram) -> tuple[tuple[float, float], ...]:
        """Return the outline of a histogram: how many of a hundred calls are in each of some bins of equal width."""
        width = (self.high - self.low) / _BINS
        bins = [0.0] * _BINS
        for bucket in histogram.buckets():
            middle = max((bucket.low + bucket.high) / 2 * PICOSECOND, PICOSECOND)
            at = math.log10(middle) if self.logarithmic else middle
            place = int((at - self.low) / width)
            if place < _BINS:
                bins[max(place, 0)] += 100 * bucket.count / histogram.count
        middles = [self.low + (number + 0.5) * width for number in range(_BINS)]
        shown = [(x, y) for x, y in zip(middles, bins, strict=True)]
        return ((self.low, 0.0), *shown, (self.high, 0.0))

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Return the values that are named on the axis."""
        if not self.logarithmic:
            step = (self.high - self.low) / (_TICKS - 1)
            at = [self.low + number * step for number in range(_TICKS)]
            return tuple((value, in_time(value)) for value in at)
        decades = range(math.floor(self.low), math.ceil(self.high) + 1)
        found = [(math.log10(m) + d, m * 10.0**d) for d in decades for m in (1, 2, 5)]
        inside = [(at, in_time(value)) for at, value in found if self.low <= at <= self.high]
        return tuple(inside[:: max(len(inside) // (2 * _TICKS), 1)])


def _in_time(picoseconds: float) -> str:
    return in_time(picoseconds * PICOSECOND)


def _curves(costs: Iterable[MeasuredCost]) -> Iterator[list[MeasuredCost]]:
    """Yield what was measured at several sizes of the same input."""
    groups: dict[tuple[CostKind, str, str], list[MeasuredCost]] = {}
    for each in costs:
        if each.size is not None and each.quantiles and each.kind is not CostKind.RATIO:
            groups.setdefault((each.kind, each.over, each.input), []).append(each)
    yield from (those for those in groups.values() if len({each.size for each in those}) > 1)


def _growth(name: str, costs: Sequence[MeasuredCost]) -> h.Node:
    kind, over, contents = costs[0].kind, costs[0].over, costs[0].input
    lines: dict[tuple[str, str], list[tuple[float, float]]] = {}
    several = len({each.build for each in costs}) > 1
    for each in sorted(costs, key=lambda cost: cost.size or 0):
        middle = each.at(0.5) or each.quantiles[0]
        key = (each.library, each.build if several else "")
        lines.setdefault(key, []).append((float(each.size or 0), middle.value))
    series = [ChartLine(" ".join(filter(None, key)), tuple(points)) for key, points in lines.items()]
    most = max(value for points in lines.values() for _, value in points)
    steps = [most * number / 4 for number in range(5)]
    told = "; ".join(
        f"{each.name}: "
        + ", ".join(f"{in_words(kind, y)} at {x:,.0f}" for x, y in (each.points[0], each.points[-1]) if True)
        for each in series
        if each.points[0] is not None and each.points[-1] is not None
    )
    sizes = sorted({float(each.size or 0) for each in costs})
    return line_chart(
        f"How {kind.value} of {name} grows with {over}{f' ({contents})' if contents else ''}",
        series,
        Axis(over or "size", tuple((each, f"{each:,.0f}") for each in _spread(sizes)), 0, sizes[-1]),
        Axis(kind.value, tuple((each, in_words(kind, each)) for each in steps), 0, most or 1),
        dots=True,
        told=h.p(".dim")[f"{told}."],
    )


def _spread(sizes: Sequence[float]) -> list[float]:
    """Return those of some sizes that are far enough from each other to be named side by side."""
    found: list[float] = []
    for each in sizes:
        if not found or each - found[-1] > sizes[-1] / 12:
            found.append(each)
    return found
