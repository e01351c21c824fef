"""The event of `abidance coverage`: what calls reached of each library and exercised of the contract, kept small.

A report of coverage has the count of each line; of it stays what later questions need: how much of each file and
function ran, which lines did not, and what stands before them.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from abidance.core.coverage import CoverageReport, Exercise, LibraryReach
    from abidance.core.source_reach import Barrier, FileReach


@dataclass(frozen=True, slots=True)
class CoveredFunction:
    """A function of a source file: how often it was entered, and how many of its lines of code ran."""

    name: str
    line: int
    entered: int
    lines: int
    reached: int


@dataclass(frozen=True, slots=True)
class CoveredFile:
    """A source file. `missed` are the first and last lines of what has code and never ran."""

    path: Path
    lines: int
    reached: int
    branches: int
    taken: int
    functions: tuple[CoveredFunction, ...]
    missed: tuple[tuple[int, int], ...]
    barriers: tuple[Barrier, ...]


@dataclass(frozen=True, slots=True)
class CoveredLibrary:
    """What was reached of a library. Without `counted`, which of its lines ran is not known, wholly or in part.

    `untold` says what is not known, and why.
    """

    library: str
    files: tuple[CoveredFile, ...]
    cases: int
    ended: int
    counted: bool
    untold: tuple[str, ...]

    @property
    def lines(self) -> int:
        """Return how many lines have code."""
        return sum(file.lines for file in self.files)

    @property
    def reached(self) -> int:
        """Return how many of them ran."""
        return sum(file.reached for file in self.files)


@dataclass(frozen=True, slots=True)
class Covered:
    """What one contract's calls came to. `chosen` tells that not all of the contract was called.

    `content` names what the contract's files and the header held.
    """

    boundary: str
    contract: str
    seed: int
    libraries: tuple[CoveredLibrary, ...]
    exercises: tuple[Exercise, ...]
    not_judged: tuple[str, ...] = ()
    interrupted: bool = False
    chosen: bool = False
    content: str = ""

    @classmethod
    def of(cls, report: CoverageReport, *, chosen: bool) -> Covered:
        """Return what of a report is kept."""
        return cls(
            report.boundary,
            str(report.contract),
            report.seed,
            tuple(_library(each) for each in report.libraries),
            report.exercises,
            report.not_judged,
            report.interrupted,
            chosen,
            report.content,
        )


def _library(library: LibraryReach) -> CoveredLibrary:
    why = (*library.untold, *(each.message for each in library.problems))
    files = tuple(_file(each) for each in library.files)
    return CoveredLibrary(library.library, files, library.cases, library.ended, library.counted, why)


def _file(file: FileReach) -> CoveredFile:
    starts = sorted(each.line for each in file.functions)
    ran: dict[int, int] = dict.fromkeys(starts, 0)  # by the line at which the function begins
    for line, count in file.lines.items():
        place = bisect_right(starts, line)
        if count and place:
            ran[starts[place - 1]] += 1
    return CoveredFile(
        path=file.path,
        lines=len(file.lines),
        reached=file.reached,
        branches=len(file.branches),
        taken=file.taken,
        functions=tuple(
            CoveredFunction(each.name, each.line, each.count, each.lines, min(ran[each.line], each.lines))
            for each in file.functions
        ),
        missed=tuple(_missed(file)),
        barriers=file.barriers,
    )


def _missed(file: FileReach) -> Iterator[tuple[int, int]]:
    """Yield runs of lines of code none of which ran; lines without code between them do not part them."""
    first = last = 0
    for line in sorted(file.lines):
        if not file.lines[line]:
            first, last = first or line, line
        elif first:
            yield first, last
            first = 0
    if first:
        yield first, last
