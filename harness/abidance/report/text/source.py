"""Lines of the files that diagnostics point at, ready to be shown with something under them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
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


class SourceFiles:
    """Reads files as far as is asked. A file that cannot be read has no lines."""

    def __init__(self) -> None:
        self._files: dict[Path, _Beginning] = {}

    def line(self, path: Path, number: int) -> Line | None:
        """Return the 1-based line, or None when there is no such file or line."""
        raw = self.text(path, number)
        return Line.of(raw) if raw is not None else None

    def text(self, path: Path, number: int) -> str | None:
        """Return the same as it stands in the file, without its end."""
        if path not in self._files:
            self._files[path] = _Beginning(path)
        return self._files[path].line(number)


class _Beginning:
    """A file of which only the first lines were read: of an amalgamation, few are shown."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: list[bytes] = []
        self._whole = False

    def line(self, number: int) -> str | None:
        if number > len(self._lines) and not self._whole:
            self._read(2 * number)
        if not 1 <= number <= len(self._lines):
            return None
        # Not `splitlines`: compilers and YAML count only these as line ends.
        raw = self._lines[number - 1]
        raw = raw[:-2] if raw.endswith(b"\r\n") else raw.removesuffix(b"\n")
        return raw.decode("utf-8-sig" if number == 1 else "utf-8", errors="replace")

    def _read(self, most: int) -> None:
        try:
            # A pipe or a device could be waited for, or read, for ever.
            if self._path.is_file() and self._path.stat().st_size <= _LARGEST:
                with self._path.open("rb") as file:
                    self._lines = list(islice(file, most))
        except (OSError, ValueError):
            self._lines = []
        self._whole = len(self._lines) < most
