"""What was reached of source files: lines, branches, functions, and the conditions before what was not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Way = str
"""`true` or `false`, or nothing where the compiler does not say which way of a condition it was."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One of the ways on from a condition: how often it was `taken`, or None where the condition was never come to.

    `condition` tells those of a line apart, from 0, and `way` the ways of each.
    """

    line: int
    condition: int
    way: int
    taken: int | None


@dataclass(frozen=True, slots=True)
class Barrier:
    """A condition that was come to `count` times, and never led on to the lines `behind` it.

    `missing` is the way that it never went. Columns count from 1 and bytes; both are 0 where the compiler tells none.
    Without `decides` it is no condition, as far as is known, but the code that ran last before those lines.
    """

    line: int
    count: int
    behind: tuple[int, ...]
    missing: Way = ""
    column: int = 0
    end_column: int = 0
    decides: bool = True


@dataclass(frozen=True, slots=True)
class FunctionReach:
    """One function, compiled once: how often it was entered, and how often each of its lines ran, by file."""

    name: str
    path: Path
    line: int
    count: int
    lines: Mapping[tuple[Path, int], int]
    branches: tuple[tuple[Path, Branch], ...] = ()
    barriers: tuple[tuple[Path, Barrier], ...] = ()


@dataclass(frozen=True, slots=True)
class FunctionCount:
    """A function as its file has it, however often it was compiled: how often it was entered, and its lines of code."""

    name: str
    line: int
    count: int
    lines: int = 0


@dataclass(frozen=True, slots=True)
class FileReach:
    """One source file. `lines` are those with code, each with how often it ran."""

    path: Path
    lines: Mapping[int, int]
    branches: tuple[Branch, ...] = ()
    functions: tuple[FunctionCount, ...] = ()
    barriers: tuple[Barrier, ...] = ()

    @property
    def reached(self) -> int:
        """Return how many lines ran."""
        return sum(1 for count in self.lines.values() if count)

    @property
    def taken(self) -> int:
        """Return how many branches were taken."""
        return sum(1 for branch in self.branches if branch.taken)

    @property
    def entered(self) -> int:
        """Return how many functions were entered."""
        return sum(1 for function in self.functions if function.count)
