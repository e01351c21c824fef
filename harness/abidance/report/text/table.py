"""Columns that line up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.report.text.chars import width
from abidance.report.text.style import Color

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.report.text.style import Style

_APART = "   "


@dataclass(frozen=True, slots=True)
class Cell:
    """Text in a column; numbers stand at the right."""

    text: str
    color: Color = Color.PLAIN
    right: bool = False


def columns(rows: Sequence[Sequence[Cell]], look: Style, *, indent: str = "  ") -> list[str]:
    """Return one line for each row; a row's last cell may be of any length and moves no column."""
    widths: dict[int, int] = {}
    for row in rows:
        for index, cell in enumerate(row):
            if cell.right or index + 1 < len(row):
                widths[index] = max(widths.get(index, 0), width(cell.text))
    return [_line(row, widths, look, indent) for row in rows]


def _line(row: Sequence[Cell], widths: dict[int, int], look: Style, indent: str) -> str:
    line, gap = indent, ""
    for index, cell in enumerate(row):
        padding = " " * max(widths.get(index, 0) - width(cell.text), 0)
        shown = look.paint(cell.text, cell.color)
        line += gap + (padding + shown if cell.right else shown + padding)
        gap = _APART
    return line.rstrip()
