"""The event of a profile: where the time of one function's calls was spent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProfileFrame:
    """One function on a stack: its name as its language writes it, its object file, and the line it was at.

    `file` and `line` are of the source, ``""`` and 0 where no debug information tells.
    """

    name: str
    object: str = ""
    file: str = ""
    line: int = 0

    @property
    def words(self) -> str:
        """Return such as ``find (guard.c:41)``."""
        return f"{self.name} ({self.file.rpartition('/')[2]}:{self.line})" if self.file else self.name


@dataclass(frozen=True, slots=True)
class FoldedStack:
    """Frames from the outside to the inside, by their numbers in `Profiled.frames`, and what was spent there."""

    frames: tuple[int, ...]
    weight: int


@dataclass(frozen=True, slots=True)
class Profiled:
    """Where calls of one function of one library spent their time.

    The outermost frame of each stack is the function: what called it is left out. `tool` is ``perf`` or
    ``callgrind``, `unit` what a stack's weight counts: ``samples`` or ``instructions``. `inputs` says in words what it
    was called with, and `calls` how often. `in_callbacks` weighs what was spent in what stands in for callbacks, which
    is in no stack.
    """

    boundary: str
    contract: str
    function: str
    library: str
    build: str
    tool: str
    unit: str
    frames: tuple[ProfileFrame, ...]
    stacks: tuple[FoldedStack, ...]
    calls: int = 0
    seconds: float = 0.0
    inputs: str = ""
    in_callbacks: int = 0

    @property
    def weight(self) -> int:
        """Return what all stacks weigh together."""
        return sum(stack.weight for stack in self.stacks)

    def folded(self, under: str = "") -> str:
        """Return the stacks as flame graph tools read them: one a line, ``outer;inner weight``.

        All are below a frame named `under`, if that is given.
        """
        found: Counter[str] = Counter()
        for stack in self.stacks:
            names = [self.frames[number].words for number in stack.frames]
            found[";".join(_folded(name) for name in ([under, *names] if under else names))] += stack.weight
        return "".join(f"{names} {weight}\n" for names, weight in sorted(found.items()))


def _folded(name: str) -> str:
    return "".join(":" if char == ";" else char if char.isprintable() else "?" for char in name)
