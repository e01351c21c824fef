"""Lines of the files that diagnostics point at, ready to be shown with something under them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.report.text.chars import GAP, TAB, char_width, visible

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST = 16 << 20  # bytes; nobody wrote a larger file by hand, and reading it would delay the report


@dataclass(frozen=True, slots=True)
class Line:
    """One source line as shown: `cells` holds the characters, `starts` the column where each begins.

    `starts` has one more entry than `cells`: where the line ends.
    """

    cells: tuple[str, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, raw: str) -> Line:
        """Return the line with tabs expanded and control characters made visible."""
        cells: list[str] = []
        starts = [0]
        for char in raw:
            at = starts[-1]
            cell = " " * (TAB - at % TAB) if char == "\t" else visible(char)
            cells.append(cell)
            starts.append(at + (len(cell) if char == "\t" else char_width(cell)))
        return cls(tuple(cells), tuple(starts))

    @property
    def width(self) -> int:
        """Return how many columns the whole line takes."""
        return self.starts[-1]

    def column(self, character: int) -> int:
        """Return the shown column of a 1-based character position; positions after the end continue it."""
        index = max(character - 1, 0)
        past = max(index - len(self.cells), 0)
        return self.starts[min(index, len(self.cells))] + past

    def text(self, left: int = 0, right: int | None = None) -> str:
        """Return the columns from `left` to `right`; what is cut off on a side is shown by ``...``."""
        end = self.width if right is None else min(right, self.width)
        inner_left = left + len(GAP) if left else 0
        inner_right = end - len(GAP) if end < self.width else end
        shown = "".join(
            cell
            for cell, start, stop in zip(self.cells, self.starts, self.starts[1:], strict=False)
            if start >= inner_left and stop <= inner_right
        )
        first = next((start for start in self.starts if start >= inner_left), inner_left)
        head = GAP + " " * (first - inner_left) if left else ""
        return (head + shown + (GAP if end < self.width else "")).rstrip()


class Sources:
    """Reads each file once. A file that cannot be read has no lines."""

    def __init__(self) -> None:
        self._files: dict[Path, tuple[str, ...]] = {}

    def line(self, path: Path, number: int) -> Line | None:
        """Return the 1-based line, or None when there is no such file or line."""
        if path not in self._files:
            self._files[path] = _read(path)
        lines = self._files[path]
        return Line.of(lines[number - 1]) if 1 <= number <= len(lines) else None


def _read(path: Path) -> tuple[str, ...]:
    try:
        # A pipe or a device could be waited for, or read, for ever.
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return ()
        raw = path.read_bytes()
    except (OSError, ValueError):
        return ()
    text = raw.decode("utf-8-sig", errors="replace")
    # Not `splitlines`: compilers and YAML count only these as line ends.
    lines = text.replace("\r\n", "\n").split("\n")
    return tuple(lines[:-1] if lines[-1] == "" else lines)
