"""A scorecard as text: each difference as a block, then the areas, then the verdict."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from abidance.replacement.files import differences_of_files
from abidance.replacement.model import AreaStanding
from abidance.report.known_differences import known_lines
from abidance.report.text.block import headline, render
from abidance.report.text.chars import one_line
from abidance.report.text.source import SourceFiles
from abidance.report.text.style import Color
from abidance.report.text.table import Cell, columns

if TYPE_CHECKING:
    from abidance.replacement.model import Scorecard
    from abidance.report.text.style import Style

_OF_A_KIND = 4
COLORS = {
    AreaStanding.SAME: Color.GOOD,
    AreaStanding.BUT_FOR: Color.WARNING,
    AreaStanding.DIFFERS: Color.ERROR,
    AreaStanding.UNKNOWN: Color.WARNING,
    AreaStanding.NOT_ASKED: Color.PLAIN,
}


def scorecard_lines(card: Scorecard, look: Style) -> list[str]:
    """Return the lines of a scorecard."""
    sources = SourceFiles()
    lines: list[str] = []
    shown: Counter[str] = Counter()
    for each in differences_of_files(card.gate):
        shown[each.code.name] += 1
        if shown[each.code.name] <= _OF_A_KIND:
            lines += [*render(each, look, sources).split("\n"), ""]
    left = [f"{number - _OF_A_KIND} more {name}" for name, number in shown.items() if number > _OF_A_KIND]
    lines += [f"and {', '.join(left)}: `--format json` has all", ""] if left else []
    for found in (each for area in card.areas for each in area.findings):
        lines += [*render(found, look, sources).split("\n"), ""]
    also = [one_line(f"of {whose}: {headline(found.diagnostic)}") for whose, found in card.not_held_against]
    lines += [*also, ""] if also else []
    if known := [*map(one_line, known_lines(card.record.items))]:
        lines += [*known, ""]
    head = f"{card.boundary}: may `{card.new}` take the place of `{card.old}`?"
    lines += [look.paint(one_line(head), Color.STRONG), ""]
    rows = []
    for area in card.areas:
        first, *more = area.words or ("",)
        rows.append(
            [Cell(area.area.value), Cell(area.standing.value, COLORS[area.standing]), Cell(one_line(first))]
        )
        rows += [[Cell(""), Cell(""), Cell(one_line(words))] for words in more]
    return [*lines, *columns(rows, look), "", look.paint(one_line(card.verdict), COLORS[card.standing])]
