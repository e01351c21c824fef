"""Where the nodes of an expression stand: in its text, and in the file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from abidance.contract.expression.errors import EvaluationError
from abidance.core.span import Span

if TYPE_CHECKING:
    import ast

Locate = Callable[[int, int], Span]
"""From offsets in the expression's text to its file."""


class ExpressionPositions:
    """Translates Python's lines and byte columns.

    `source` is what was parsed: `shift` characters were put before the text, negative when some were
    taken away.
    """

    __slots__ = ("_ascii", "_length", "_lines", "_locate", "_shift", "_starts")

    def __init__(self, source: str, shift: int, length: int, locate: Locate) -> None:
        self._lines = source.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._ascii = source.isascii()
        self._shift, self._length, self._locate = shift, length, locate

    def offsets(self, node: ast.expr) -> tuple[int, int]:
        """Return the node's first and end offset in the expression's text."""
        start = self.offset(node.lineno, node.col_offset)
        return start, max(self.offset(node.end_lineno or node.lineno, node.end_col_offset or 0), start)

    def offset(self, line: int, column: int, *, in_bytes: bool = True) -> int:
        """Return the offset of one of Python's positions; columns of syntax errors are in characters."""
        index = min(max(line, 1), len(self._lines)) - 1
        if in_bytes and not self._ascii:
            column = len(self._lines[index].encode()[:column].decode(errors="replace"))
        return min(max(self._starts[index] + column - self._shift, 0), self._length)

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and the byte column of an offset in what was parsed."""
        line = max(n for n, start in enumerate(self._starts) if start <= offset and n < len(self._lines))
        return line + 1, len(self._lines[line][: offset - self._starts[line]].encode())

    def span(self, node: ast.expr) -> Span:
        """Return where the node stands in the file."""
        return self._locate(*self.offsets(node))

    def between(self, start: int, end: int) -> Span:
        """Return where a part of the text stands in the file."""
        return self._locate(start, end)

    def failure(self, node: ast.expr, message: object) -> EvaluationError:
        """Return the error that evaluating `node` ends with."""
        return EvaluationError(str(message), self.span(node))
