"""A diagnostic or a finding as a block of text: the message, the places, and how to see it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.core.diagnostic import Diagnostic
from abidance.report.text.chars import lines, one_line, width
from abidance.report.text.snippet import ColumnMark, clip, rows, window
from abidance.report.text.source import SourceFiles
from abidance.report.text.style import Color, color_of
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.core.diagnostic import Finding, Label
    from abidance.report.text.snippet import Row
    from abidance.report.text.source import Line
    from abidance.report.text.style import Style

_NEAR = 5  # lines; places of one file that are nearer than this are shown in one excerpt
_GUTTER = 2  # columns for line numbers, at least
_ROOM = 24  # columns of source, at least, however narrow the terminal is


def render(
    subject: Diagnostic | Finding, look: Style, sources: SourceFiles | None = None, *, seen: str = ""
) -> str:
    """Return the block for `subject`, without a line end after the last line.

    `seen` is shown among the notes of a finding: where, and by what, it was seen.
    """
    diagnostic = subject if isinstance(subject, Diagnostic) else subject.diagnostic
    notes = [*diagnostic.notes, *([seen] if seen else [])]
    again = [] if isinstance(subject, Diagnostic) else list(_again(subject))
    writer = _Writer(look, diagnostic)
    places = _excerpts(diagnostic.labels, sources or SourceFiles())
    return "\n".join(
        (
            writer.head(),
            *writer.places(places, closed=bool(notes or diagnostic.help or again)),
            *(line for note in notes for line in writer.note(note)),
            *(writer.note(diagnostic.help, "help: ") if diagnostic.help else ()),
            *(line for note in again for line in writer.note(note)),
        )
    )


def headline(diagnostic: Diagnostic) -> str:
    """Return severity, code, name and message on one line."""
    code = diagnostic.code
    return f"{code.severity}[{code.id}] {code.name}: {one_line(diagnostic.message)}"


def _again(finding: Finding) -> Iterator[str]:
    """Return how to see the finding again; code lines are indented below their title."""
    if finding.call:
        yield "smallest call:\n" + "\n".join(f"    {line}" for line in lines(finding.call.strip("\n")))
    came_back, tries = finding.repeats
    found = f"found after {count(finding.found_after, 'call')}" if finding.found_after else ""
    repeats = f"repeats {came_back} of {tries}" if tries else ""
    if found or repeats:
        yield ", ".join(filter(None, (found, repeats)))
    if finding.case:
        replay = f"abidance replay {finding.case}"
        yield f"again: `{replay}`   in C: `{replay} --emit c`"


@dataclass(frozen=True, slots=True)
class _Place:
    """A label and the source line it is on."""

    label: Label
    line: Line

    @property
    def number(self) -> int:
        return self.label.span.line

    def mark(self, *, primary: bool) -> ColumnMark:
        """Return what to draw under the line; a span over several lines is shown by its first."""
        span = self.label.span
        start = self.line.column(span.column)
        end = self.line.column(span.end_column) if span.end_line == span.line else self.line.width
        return ColumnMark(start, max(end, start + 1), one_line(self.label.text), primary)


_Excerpt = list[_Place]


def _excerpts(labels: Sequence[Label], sources: SourceFiles) -> list[_Excerpt | Label]:
    """Return near places of one file together, in order of appearance; labels without a source alone."""
    found: list[_Excerpt | Label] = []
    for label in labels:
        line = sources.line(label.span.path, label.span.line)
        if line is None:
            found.append(label)
            continue
        place = _Place(label, line)
        near = (each for each in found if isinstance(each, list) and _near(place, each))
        excerpt = next(near, None)
        if excerpt is None:
            found.append([place])
        else:
            excerpt.append(place)
    return found


def _near(place: _Place, excerpt: _Excerpt) -> bool:
    return any(
        other.label.span.path == place.label.span.path and abs(other.number - place.number) < _NEAR
        for other in excerpt
    )


class _Writer:
    """Writes the lines of one block, all with line numbers of the same width."""

    def __init__(self, look: Style, diagnostic: Diagnostic) -> None:
        digits = max((len(str(label.span.line)) for label in diagnostic.labels), default=0)
        self._look = look
        self._gutter = max(digits, _GUTTER)
        self._diagnostic = diagnostic
        self._main = color_of(diagnostic.code.severity)

    def head(self) -> str:
        code = self._diagnostic.code
        level = self._look.paint(f"{code.severity}[{code.id}]", self._main)
        return (
            f"{level} {self._look.paint(f'{code.name}: {one_line(self._diagnostic.message)}', Color.STRONG)}"
        )

    def places(self, excerpts: Sequence[_Excerpt | Label], *, closed: bool) -> Iterator[str]:
        """Return all places; `closed` when something stands below them."""
        for index, each in enumerate(excerpts):
            arrow = ":::" if index else "-->"
            if isinstance(each, list):
                yield self._arrow(arrow, each[0].label)
                yield from self._excerpt(each, primary=index == 0)
            else:
                yield f"{self._arrow(arrow, each)}   {one_line(each.text)}".rstrip()
            following = excerpts[index + 1] if index + 1 < len(excerpts) else None
            if closed if following is None else isinstance(each, list) and isinstance(following, list):
                yield self._frame()

    def note(self, text: str, title: str = "") -> Iterator[str]:
        """Return a note; its further lines stand below its first character."""
        first, *rest = lines(text) or [""]
        equals, title = self._look.paint("=", Color.FRAME), self._look.paint(title, Color.STRONG)
        yield f"{' ' * self._gutter} {equals} {title}{first}"
        for line in rest:
            yield f"{' ' * (self._gutter + 3)}{line}".rstrip()

    def _arrow(self, arrow: str, label: Label) -> str:
        at = label.span
        place = one_line(f"{self._look.path(at.path)}:{at.line}:{at.column}")
        return f"{' ' * self._gutter}{self._look.paint(arrow, Color.FRAME)} {place}"

    def _excerpt(self, places: _Excerpt, *, primary: bool) -> Iterator[str]:
        yield self._frame()
        before = 0
        for number in sorted({place.number for place in places}):
            if before and number > before + 1:
                yield self._look.paint("...", Color.FRAME)
            before = number
            here = [place for place in places if place.number == number]
            marks = [place.mark(primary=primary and place is places[0]) for place in here]
            yield from self._line(number, here[0].line, marks)

    def _line(self, number: int, line: Line, marks: Sequence[ColumnMark]) -> Iterator[str]:
        room = max(self._look.width - self._gutter - 3, _ROOM)
        left, right = window(line.width, room, marks)
        edge = self._look.paint(f"{number:>{self._gutter}} |", Color.FRAME)
        yield f"{edge} {line.text(left, right)}".rstrip()
        for row in rows(clip(mark, left, right) for mark in marks):
            yield f"{self._frame()} {self._row(row)}"

    def _row(self, row: Row) -> str:
        text = ""
        at = 0
        for piece in row:
            text += " " * (piece.column - at)
            text += self._look.paint(piece.text, self._main if piece.primary else Color.FRAME)
            at = piece.column + width(piece.text)
        return text

    def _frame(self) -> str:
        return self._look.paint(f"{' ' * self._gutter} |", Color.FRAME)
