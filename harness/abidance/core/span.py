"""Where something stands in a text file."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
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


class LateSpan(Span):
    """A span that is looked for when somebody asks where it is: of thousands of declarations, few are shown.

    From then on it is a `Span` like any other. What looks for it lies in the slot of a field until it is known.
    """

    __slots__ = ()

    def __init__(self, find: Callable[[], Span]) -> None:
        """Take what finds it."""
        _SLOT.__set__(self, find)

    def known(self) -> Span:
        """Return it, found."""
        found = _SLOT.__get__(self)()
        for each in fields(Span):
            getattr(Span, each.name).__set__(self, getattr(found, each.name))
        object.__setattr__(self, "__class__", Span)
        return self

    @property
    def end_column(self) -> int:
        """Find it."""
        return self.known().end_column

    def __getattr__(self, name: str) -> object:
        """Find it, when a field is asked for that is not there yet."""
        if name in Span.__slots__:
            return getattr(self.known(), name)
        raise AttributeError(name)

    def __eq__(self, other: object) -> bool:
        return self.known() == other

    def __lt__(self, other: Span) -> bool:
        return self.known() < other

    def __le__(self, other: Span) -> bool:
        return self.known() <= other

    def __gt__(self, other: Span) -> bool:
        return self.known() > other

    def __ge__(self, other: Span) -> bool:
        return self.known() >= other

    def __hash__(self) -> int:
        return hash(self.known())

    def __repr__(self) -> str:
        return repr(self.known())

    def __reduce__(self) -> tuple[type[Span], tuple[object, ...]]:
        found = self.known()
        return Span, tuple(getattr(found, each.name) for each in fields(Span))


_SLOT: Any = vars(Span)["end_column"]
