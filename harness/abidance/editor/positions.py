r"""Places in a document as the editor counts them, and as contracts and headers do.

The protocol counts lines by ``\\n``, ``\\r\\n`` and ``\\r``, and columns in UTF-16 units unless both sides agree on
others; a `Span` has the lines of YAML 1.1, of which there may be more, and columns in characters.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from lsprotocol.types import Position, PositionEncodingKind, Range

if TYPE_CHECKING:
    from abidance.core.span import Span

_LINE = re.compile("\r\n|[\n\r]")
_YAML_LINE = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_UNITS = {
    PositionEncodingKind.Utf8: ("utf-8", 1),
    PositionEncodingKind.Utf16: ("utf-16-le", 2),
    PositionEncodingKind.Utf32: ("utf-32-le", 4),
}


@dataclass(frozen=True)
class Document:
    """The text of a file, with its places as offsets in characters. Spans count lines as YAML does, or as C."""

    text: str
    encoding: PositionEncodingKind = PositionEncodingKind.Utf16
    yaml: bool = True

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in _LINE.finditer(self.text))]

    @cached_property
    def _span_starts(self) -> list[int]:
        if not self.yaml:
            return self._starts
        return [0, *(found.end() for found in _YAML_LINE.finditer(self.text))]

    def _line(self, number: int) -> str:
        start = self._starts[number]
        end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def lines(self) -> list[str]:
        """Return the lines without their breaks."""
        return [self._line(number) for number in range(len(self._starts))]

    def start_of(self, line: int) -> int:
        """Return the offset at which a line begins, which is counted from 0."""
        return self._starts[line]

    def offset(self, position: Position) -> int:
        """Return the offset of a position; one that is not in the document is taken for the nearest that is."""
        if position.line >= len(self._starts):
            return len(self.text)
        line = self._line(position.line)
        if line.isascii():
            return self._starts[position.line] + min(position.character, len(line))
        codec, width = _UNITS[self.encoding]
        raw = line.encode(codec, "surrogatepass")[: position.character * width]
        return self._starts[position.line] + len(raw.decode(codec, "ignore"))

    def position(self, offset: int) -> Position:
        """Return the position of an offset."""
        offset = max(0, min(offset, len(self.text)))
        number = bisect_right(self._starts, offset) - 1
        before = self._line(number)[: offset - self._starts[number]]
        codec, width = _UNITS[self.encoding]
        units = len(before) if before.isascii() else len(before.encode(codec, "surrogatepass")) // width
        return Position(number, units)

    def range(self, start: int, end: int) -> Range:
        """Return the range between two offsets."""
        return Range(self.position(start), self.position(end))

    def offsets_of(self, span: Span) -> tuple[int, int]:
        """Return where a span of this document starts and ends."""
        starts = self._span_starts
        places = ((span.line, span.column), (span.end_line, span.end_column))
        start, end = (
            min(starts[min(line, len(starts)) - 1] + column - 1, len(self.text)) for line, column in places
        )
        return start, max(start, end)

    def range_of(self, span: Span) -> Range:
        """Return the range of a span of this document."""
        return self.range(*self.offsets_of(span))
