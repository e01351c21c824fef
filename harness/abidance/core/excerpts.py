"""Lines of source that findings point at, as they were when something was found: files change after that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class ExcerptLine:
    """One line of a file, without its end; a very long one is cut off."""

    path: Path
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Excerpts:
    """The lines that what was found about a contract points at."""

    contract: str
    lines: tuple[ExcerptLine, ...]
