"""What is printed: figures as they come, the goals at the end."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: test cases of a search, repeats, functions of the large contract, round trips."""

    cases: int
    repeats: int
    functions: int
    trips: int


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure, what it should be, and whether it is."""

    name: str
    value: str
    wanted: str
    met: bool

    def __str__(self) -> str:
        return f"{'met   ' if self.met else 'missed'}  {self.name:60} {self.value:>9}   goal {self.wanted}"


@dataclass(slots=True)
class Board:
    goals: list[Goal] = field(default_factory=list)

    def title(self, words: str) -> None:
        print(f"\n{words}", flush=True)

    def figure(self, name: str, value: float, unit: str, note: str = "") -> None:
        print(f"  {name:58} {shown(value, unit):>9}   {note}".rstrip(), flush=True)

    def note(self, words: str) -> None:
        print(f"  {words}", flush=True)

    def below(self, name: str, value: float, limit: float, unit: str) -> None:
        self.goals.append(Goal(name, shown(value, unit), f"< {limit:g}{unit}", value < limit))

    def at_least(self, name: str, value: float, limit: float) -> None:
        self.goals.append(Goal(name, shown(value, ""), f">= {limit:g}", value >= limit))

    def never(self, name: str, happened: bool) -> None:
        self.goals.append(Goal(name, "yes" if happened else "no", "no", not happened))

    def verdict(self) -> None:
        self.title("Goals")
        for goal in self.goals:
            print(f"  {goal}")
        sys.stdout.flush()


def shown(value: float, unit: str) -> str:
    digits = 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:,.{digits}f}{unit}"


def milliseconds(run: Callable[[], object], times: int) -> float:
    """Return the median time of `run`."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        taken.append((time.perf_counter() - started) * 1000)
    return median(taken)
