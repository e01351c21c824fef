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
    """A figure and what it should be."""

    name: str
    value: float
    limit: float
    unit: str
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value < self.limit

    def __str__(self) -> str:
        word, sign = "met   " if self.met else "missed", ">=" if self.at_least else "<"
        return f"{word}  {self.name:56} {shown(self.value, self.unit):>9}   goal {sign} {self.limit:g}{self.unit}"


@dataclass(slots=True)
class Board:
    goals: list[Goal] = field(default_factory=list)

    def title(self, words: str) -> None:
        print(f"\n{words}", flush=True)

    def figure(self, name: str, value: float, unit: str, note: str = "") -> None:
        print(f"  {name:58} {shown(value, unit):>9}   {note}".rstrip(), flush=True)

    def goal(self, name: str, value: float, limit: float, unit: str = "", *, at_least: bool = False) -> None:
        self.goals.append(Goal(name, value, limit, unit, at_least))

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
