"""The page of a trend: a picture of each figure that moved, and a table of them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h

from abidance.history.wording import revision_of, when
from abidance.pages.charts import Axis, ChartLine, line_chart
from abidance.pages.elements import Column, table
from abidance.pages.frame import PageSection, anchor, page
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.history.trend import Trend, TrendLine

_NAMED = 8
"""So many revisions are named on an axis."""


def trend_page(trends: Sequence[Trend], version: str) -> str:
    """Return the page of some contracts' trends."""
    sections = [_section(each) for each in trends]
    moved = sum(line.moves for each in trends for line in each.lines)
    lead = h.p[f"{count(moved, 'figure')} moved between kept revisions; nothing was run for this page."]
    return page("Trend", lead, sections, footer=h.p[f"Written by abidance {version}."])


def _section(trend: Trend) -> PageSection:
    groups: dict[tuple[str, str], list[TrendLine]] = {}
    for line in trend.lines:
        groups.setdefault((line.function, line.name), []).append(line)
    body = [
        h.p(".dim")[
            f"{count(len(trend.runs), 'revision')}. ",
            f"Times of {trend.elsewhere} of them are left out: another machine measured them. "
            if trend.elsewhere
            else "",
        ],
        (
            _chart(function, name, lines, trend)
            for (function, name), lines in groups.items()
            if any(line.moves for line in lines)
        ),
        _table(trend),
    ]
    return PageSection(anchor("trend", trend.contract), trend.contract, body)


def _chart(function: str, name: str, lines: Sequence[TrendLine], trend: Trend) -> h.Node:
    values = [value for line in lines for value in line.seen]
    most = max(values)
    series = [ChartLine(line.library, tuple(_points(line))) for line in lines]
    steps = (0, most / 2, most) if most else (0, 1)
    ticks = tuple((each, lines[0].words(each)) for each in steps)
    told = "; ".join(
        f"{each.library}: {each.words(each.seen[0])} to {each.words(each.seen[-1])}" for each in lines
    )
    return line_chart(
        f"{name} of {function}",
        series,
        Axis("revision", tuple(_named(trend)), -0.5, len(trend.runs) - 0.5),
        Axis(name, ticks, 0, most or 1),
        dots=True,
        told=h.p(".dim")[f"{told}."],
    )


def _points(line: TrendLine) -> Iterator[tuple[float, float] | None]:
    for place, value in enumerate(line.values):
        yield None if value is None else (float(place), value)


def _named(trend: Trend) -> Iterator[tuple[float, str]]:
    step = max(-(-len(trend.runs) // _NAMED), 1)
    for place in range(0, len(trend.runs), step):
        yield float(place), revision_of(trend.runs[place])[:8]


def _table(trend: Trend) -> h.Node:
    columns = [
        Column("function"),
        Column("library"),
        Column("figure"),
        *(Column(f"#{run.id}", number=True) for run in trend.runs),
    ]
    rows: list[list[h.Node]] = [
        [
            h.code[line.function],
            line.library,
            line.name,
            *("" if value is None else line.words(value) for value in line.values),
        ]
        for line in trend.lines
    ]
    runs = h.ul[(h.li[f"#{run.id}: ", h.code[revision_of(run)], f", {when(run)}"] for run in trend.runs)]
    return h.details[
        h.summary["All figures"],
        table(f"All figures of {trend.contract}", columns, rows),
        h.h3["Revisions"],
        runs,
    ]
