"""Source files with how often each line ran beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.core.files import read_regular_text
from abidance.report.text.chars import one_line
from abidance.report.text.style import Color

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from abidance.core.source_reach import Barrier, FileReach
    from abidance.report.text.style import Style

MOST_BEHIND = 6
"""So many lines of unreached code are shown behind a condition."""
_NEAR = 3
"""So many lines between two that are shown are shown as well."""
_COUNT = 8


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines of a file that nothing reached, and the conditions before them."""

    path: Path
    lines: tuple[int, ...]
    barriers: tuple[Barrier, ...]


@dataclass(slots=True)
class SourceLines:
    """Reads each file once."""

    _texts: dict[Path, list[str]] = field(default_factory=dict)

    def excerpt(self, what: Excerpt, look: Style) -> Iterator[str]:
        """Yield the conditions, with the first lines behind them."""
        first = what.barriers[0]
        yield ""
        words = "; ".join(_words(each, what.lines) for each in what.barriers[:3])
        yield f"  {look.paint('-->', Color.FRAME)} {look.path(what.path)}:{first.line}: {words}"
        shown = what.lines[:MOST_BEHIND]
        counts = {each.line: each.count for each in what.barriers if each.line not in what.lines}
        wanted = {*counts, *shown}
        gap = False
        for line in range(min(wanted), max(wanted) + 1):
            near = any(line - _NEAR < other < line for other in wanted) and any(
                line < other < line + _NEAR for other in wanted
            )
            if line in wanted or near:
                gap = False
                mark = _times(counts[line]) if counts.get(line) else "0" if line in shown else ""
                yield self._line(what.path, line, mark, look, missed=line in shown)
                yield from _underline(what.barriers, line, look)
            elif not gap:
                gap = True
                yield " " * (_COUNT + 4) + "..."
        left = len(what.lines) - len(shown)
        if left:
            yield " " * (_COUNT + 4) + f"... and {left} more line{'s' * (left > 1)} behind it"

    def annotated(self, file: FileReach, where: str, look: Style) -> Iterator[str]:
        """Yield a whole file."""
        yield look.paint(f"{look.path(file.path)} {where}", Color.STRONG)
        partly = _partly(file)
        for number in range(1, len(self._of(file.path)) + 1):
            ran = file.lines.get(number)
            mark = "" if ran is None else _times(ran)
            line = self._line(file.path, number, mark, look, missed=ran == 0)
            yield (
                f"{line}   {look.paint(partly[number], Color.WARNING)}" if ran and number in partly else line
            )

    def _line(self, path: Path, line: int, mark: str, look: Style, *, missed: bool) -> str:
        texts = self._of(path)
        text = one_line(texts[line - 1].expandtabs(4).rstrip()) if 0 < line <= len(texts) else ""
        color = Color.ERROR if missed else Color.PLAIN
        room = max(20, look.width - _COUNT - 9)
        shown = text if len(text) <= room else f"{text[: room - 3]}..."
        frame = look.paint(f"{line:>5} |", Color.FRAME)
        return f"{look.paint(f'{mark:>{_COUNT}}', color)} {frame} {look.paint(shown, color)}".rstrip()

    def _of(self, path: Path) -> list[str]:
        if path not in self._texts:
            try:
                self._texts[path] = read_regular_text(path).splitlines()
            except (OSError, UnicodeDecodeError):
                self._texts[path] = []
        return self._texts[path]


def _times(count: int) -> str:
    """Return a count in a few characters."""
    for unit, size in (("G", 10**9), ("M", 10**6)):
        if count >= 10 * size:
            return f"{count / size:.0f}{unit}"
    return str(count)


def _words(barrier: Barrier, behind: Sequence[int]) -> str:
    times = "once" if barrier.count == 1 else f"{barrier.count:,} times"
    if not barrier.decides:
        if barrier.line in behind:
            return "never came here"
        return f"ran {times}, and line {behind[0]} after it never did"
    return f"come to {times}, never {barrier.missing or f'went on to line {behind[0]}'}"


def _underline(barriers: Sequence[Barrier], line: int, look: Style) -> Iterator[str]:
    for each in barriers:
        if each.line == line and each.column and each.end_column > each.column:
            marks = " " * (each.column - 1) + "^" * (each.end_column - each.column)
            yield " " * (_COUNT + 6) + look.paint(" |", Color.FRAME) + " " + look.paint(marks, Color.ERROR)
            return


def _partly(file: FileReach) -> dict[int, str]:
    """Return of lines with conditions how many ways they went, where not all."""
    ways: dict[int, list[bool]] = {}
    for branch in file.branches:
        ways.setdefault(branch.line, []).append(bool(branch.taken))
    return {line: f"{sum(each)} of {len(each)} ways" for line, each in ways.items() if not all(each)}
