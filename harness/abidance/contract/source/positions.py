"""From an offset in a scalar's text to a line and column in the file, through quotes, escapes and folding."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.core.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# YAML 1.2, 5.7: an escape stands for one character; `\` at the end of a line stands for none.
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)")
_BLANK_ESCAPES = frozenset("tnrvfNLP_ \t")

_Unit = tuple[int, int, int]
"""Line, column and width of what one character of the text was written as."""


@dataclass(frozen=True, slots=True)
class ScalarPositions:
    """Where each character of a scalar was written. `whole` is the scalar with its quotes or indicator.

    White space is not mapped, because YAML folds it. Every other character was written exactly once and
    in the same order, so the n-th one of the text is the n-th one in the file.
    """

    text: str
    style: str
    whole: Span
    lines: Sequence[str]

    def span(self, start: int, end: int) -> Span:
        """Return where the characters `start` to `end` stand, or the whole scalar when there are none."""
        quotes = 1 if self.style in {"'", '"'} else 0
        whole = self.whole
        if whole.line == whole.end_line and whole.end_column - whole.column == len(self.text) + 2 * quotes:
            return whole.within(quotes + start, end - start)
        units = [unit for unit in self._aligned()[start : max(end, start + 1)] if unit]
        if not units:
            return whole
        first, last = units[0], units[-1]
        return Span(whole.path, first[0], first[1], last[0], last[1] + last[2])

    def _aligned(self) -> list[_Unit | None]:
        written = self._written()
        return [None if character.isspace() else next(written, None) for character in self.text]

    def _written(self) -> Iterator[_Unit]:
        """Yield the units that are no white space."""
        whole = self.whole
        for line in range(whole.line, whole.end_line + 1):
            if line == whole.line and self.style in {"|", ">"}:
                continue  # the indicator, perhaps with a comment
            content = self.lines[line - 1]
            begin = whole.column - 1 if line == whole.line else 0
            end = whole.end_column - 1 if line == whole.end_line else len(content)
            if self.style in {"'", '"'}:
                begin += line == whole.line
                end -= line == whole.end_line
            yield from self._line(line, content, begin, end)

    def _line(self, line: int, content: str, column: int, end: int) -> Iterator[_Unit]:
        while column < end:
            width, blank = 1, content[column].isspace()
            if self.style == "'" and content[column] == "'":
                width = 2
            elif self.style == '"' and content[column] == "\\":
                escape = _ESCAPE.match(content, column)
                width = len(escape[0]) if escape else 1
                blank = escape is None or _is_blank(escape[0])
            if not blank:
                yield line, column + 1, width
            column += width


def _is_blank(escape: str) -> bool:
    digits = escape[2:]
    if digits:
        return chr(int(digits, 16)).isspace()
    return escape[1] in _BLANK_ESCAPES
