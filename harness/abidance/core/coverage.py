"""What the calls of a contract reached and exercised, as `abidance coverage` tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.core.diagnostic import Diagnostic
    from abidance.core.source_reach import FileReach

ExerciseKind = Literal["function", "parameter", "enumerator", "status", "clause"]
KINDS: tuple[ExerciseKind, ...] = ("function", "parameter", "enumerator", "status", "clause")


@dataclass(frozen=True, slots=True)
class LibraryReach:
    """What was reached of one library. `problems` are why it could not be called, or not counted.

    `untold` are parts of it of which nothing is known. `ended` are the cases that ended their process.
    """

    library: str
    files: tuple[FileReach, ...] = ()
    cases: int = 0
    ended: int = 0
    prebuilt: bool = False
    counted: bool = False
    untold: tuple[str, ...] = ()
    problems: tuple[Diagnostic, ...] = ()

    @property
    def lines(self) -> int:
        """Return how many lines have code."""
        return sum(len(file.lines) for file in self.files)

    @property
    def reached(self) -> int:
        """Return how many of them ran."""
        return sum(file.reached for file in self.files)

    @property
    def percent(self) -> float | None:
        """Return how many of a hundred lines ran, or None where that is not known."""
        return 100 * self.reached / self.lines if self.counted and self.lines else None


@dataclass(frozen=True, slots=True)
class Exercise:
    """Something that a contract says: whether calls of a library exercised it.

    `words` say what was missing where none did; nothing is said of it while `behind` of the same function is missing.
    `by` are the libraries whose calls did, and `without` those that were called and whose calls did not.
    """

    kind: ExerciseKind
    function: str
    clause: str
    words: str
    by: tuple[str, ...]
    without: tuple[str, ...]
    behind: str = ""


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """What one contract's calls came to. `not_judged` is what kept them from more, in words.

    `content` names what the contract's files and the header held.
    """

    boundary: str
    contract: Path
    seed: int
    functions: int
    libraries: tuple[LibraryReach, ...]
    exercises: tuple[Exercise, ...]
    not_judged: tuple[str, ...] = ()
    interrupted: bool = False
    content: str = ""

    def never(self) -> tuple[Exercise, ...]:
        """Return what some library's calls did not exercise, without what is only so because of something else."""
        missing = {(each.function, each.clause) for each in self.exercises if each.without}
        return tuple(
            each for each in self.exercises if each.without and (each.function, each.behind) not in missing
        )
