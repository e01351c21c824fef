"""What stands under a source line: underlines, and the words of each, so that none covers another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from abidance.report.text.chars import GAP, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_APART = 2  # columns between words and whatever is to the right of them
_MARGIN = 4  # columns kept visible on both sides of what is underlined, for the `...`


@dataclass(frozen=True, slots=True)
class ColumnMark:
    """Columns `start` to `end` (exclusive) of a shown line, and the words for them."""

    start: int
    end: int
    text: str
    primary: bool

    @property
    def underline(self) -> str:
        """Return what is drawn under the columns."""
        return ("^" if self.primary else "-") * (self.end - self.start)


class TextPiece(NamedTuple):
    """Text at a column of a row; it is written like the mark that it belongs to."""

    column: int
    text: str
    primary: bool


Row = list[TextPiece]


def rows(marks: Iterable[ColumnMark]) -> list[Row]:
    """Return the rows under a source line, each with its pieces from left to right.

    Marks that overlap get underlines in different rows: the primary one first, inner before outer.
    """
    drawn: list[Row] = []
    for band in _bands(marks):
        drawn += _draw(sorted(band, key=lambda mark: mark.start))
    return drawn


def window(line_width: int, room: int, marks: Sequence[ColumnMark]) -> tuple[int, int]:
    """Return which `room` columns to show of a line; they may reach past its end.

    All marks are inside where they fit, and the primary one always begins there.
    """
    if line_width <= room:
        return 0, room
    left, right = min(mark.start for mark in marks), max(mark.end for mark in marks)
    words = max((mark.end + 1 + width(mark.text) for mark in marks if mark.text), default=right)
    if right - left > room - 2 * _MARGIN:
        main = next((mark for mark in marks if mark.primary), marks[0])
        left, right = main.start, min(main.end, main.start + room - 2 * _MARGIN)
        words = right
    spare = room - (right - left)
    # The words may stand where the line has ended, so the window may reach past its end.
    after = max(min(spare // 2, line_width - right), words - right)
    end = max(right + min(after, spare - _MARGIN), room)
    return end - room, end


def clip(mark: ColumnMark, left: int, right: int) -> ColumnMark:
    """Return the mark as it is in a window; one that is outside points at the ``...`` there."""
    if mark.end <= left:
        start, end = 0, len(GAP)
    elif mark.start >= right:
        start, end = right - left - len(GAP), right - left
    else:
        start, end = max(mark.start, left) - left, min(mark.end, right) - left
    return ColumnMark(start, end, mark.text, mark.primary)


def _bands(marks: Iterable[ColumnMark]) -> list[list[ColumnMark]]:
    bands: list[list[ColumnMark]] = []
    for mark in sorted(marks, key=lambda mark: (not mark.primary, mark.end - mark.start, mark.start)):
        free = (band for band in bands if all(_clear(mark, other) for other in band))
        band = next(free, None)
        if band is None:
            bands.append([mark])
        else:
            band.append(mark)
    return bands


def _clear(one: ColumnMark, other: ColumnMark) -> bool:
    return one.end <= other.start or other.end <= one.start


def _draw(band: Sequence[ColumnMark]) -> list[Row]:
    underlines: Row = []
    hanging: list[ColumnMark] = []
    edge = math.inf
    for mark in reversed(band):
        beside = mark.end + 1
        fits = beside + width(mark.text) + _APART <= edge
        underlines.append(TextPiece(mark.start, mark.underline, mark.primary))
        if mark.text and fits:
            underlines.append(TextPiece(beside, mark.text, mark.primary))
        elif mark.text:
            hanging.append(mark)
        edge = mark.start
    drawn = [sorted(underlines)]
    if hanging:
        drawn.append(sorted(TextPiece(mark.start, "|", mark.primary) for mark in hanging))
    while hanging:
        row, hanging = _hang(hanging)
        drawn.append(row)
    return drawn


def _hang(hanging: Sequence[ColumnMark]) -> tuple[Row, list[ColumnMark]]:
    """Return one row for marks that come from right to left, and those that need a further row."""
    row: Row = []
    left_over: list[ColumnMark] = []
    edge = math.inf
    for mark in hanging:
        if mark.start + width(mark.text) + _APART <= edge:
            row.append(TextPiece(mark.start, mark.text, mark.primary))
        else:
            row.append(TextPiece(mark.start, "|", mark.primary))
            left_over.append(mark)
        edge = mark.start
    return sorted(row), left_over
