"""A trend for a terminal: what moved, as a line of bars, with its first and its last value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.history.wording import revision_of, when
from abidance.report.text.chars import one_line
from abidance.report.text.sparkline import sparkline
from abidance.report.text.style import Color
from abidance.report.text.table import Cell, columns
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.history.trend import Trend, TrendLine
    from abidance.report.text.style import Style


def trend_text(trend: Trend, look: Style, *, everything: bool) -> Iterator[str]:
    """Yield the lines on one contract; with `everything`, what is the same at each revision as well."""
    first, last = trend.runs[0], trend.runs[-1]
    sides = "   to   ".join(f"#{each.id} {revision_of(each)}, {when(each)}" for each in (first, last))
    revisions = count(len(trend.runs), "revision")
    yield look.paint(f"{one_line(trend.contract)}   {revisions}   {sides}", Color.STRONG)
    shown = [line for line in trend.lines if everything or line.moves]
    yield from columns([_row(line) for line in shown], look)
    left = len(trend.lines) - len(shown)
    if left:
        same = "is the same at each revision" if left == 1 else "are the same at each revision"
        yield f"  {count(left, 'figure')} {same}: `-v` shows all"
    if trend.elsewhere:
        yield f"  times of {count(trend.elsewhere, 'revision')} are left out: another machine measured them"


def _row(line: TrendLine) -> list[Cell]:
    seen = line.seen
    ends = line.words(seen[0]) if not line.moves else f"{line.words(seen[0])} to {line.words(seen[-1])}"
    color = Color.PLAIN
    if line.name == "findings" and seen[-1] != seen[0]:
        color = Color.ERROR if seen[-1] > seen[0] else Color.GOOD
    return [
        Cell(one_line(line.function)),
        Cell(one_line(line.library)),
        Cell(line.name),
        Cell(sparkline(line.values)),
        Cell(ends, color),
    ]
