"""Where something stands in a text file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A run of characters in one file; lines and columns are 1-based, `end_column` is exclusive."""

    path: Path
    line: int
    column: int
    end_line: int
    end_column: int

    @classmethod
    def at(cls, path: Path, line: int, column: int = 1, width: int = 1) -> Span:
        """Return a span of `width` characters on one line."""
        return cls(path, line, column, line, column + width)

    def within(self, offset: int, width: int) -> Span:
        """Return `width` characters that start `offset` characters into this span's first line."""
        return Span.at(self.path, self.line, self.column + offset, max(width, 1))

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"
