"""What series of timed calls say about a budget, on a machine that does other things too."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from abidance.core.costs import PICOSECOND, BudgetVerdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SHARES = {"p50": 0.5, "p99": 0.99, "p99_9": 0.999}
FEWEST_LATE = 3
"""Fewer calls than this that are late break no budget, of however few calls."""
CONTENDED = 2.5
"""So much longer may a call take because others use memory and caches; more than twice was seen (decision 59)."""
_STRAINED = 1.25
"""So much longer may the references of a series take together than the median of them says."""


class Says(Enum):
    """What one series says about a budget."""

    KEPT = "kept"
    BROKEN = "broken"
    NOTHING = "nothing"
    """The machine was late, too."""


@dataclass(frozen=True)
class Series:
    """Calls that were timed one after the other, each beside a reference of their usual length; in picoseconds."""

    times: tuple[int, ...]
    references: tuple[int, ...]
    preempted: int = 0
    """So often was the processor taken away meanwhile; each time makes one call or reference late, or none."""

    @classmethod
    def of(cls, measured: Iterable[Sequence[int]]) -> Series:
        """Return the series that the numbers of `Returned.measured` make."""
        times: list[int] = []
        references: list[int] = []
        preempted = 0
        for numbers in measured:
            half = len(numbers) // 2
            times += numbers[:half]
            references += numbers[half : 2 * half]
            preempted += numbers[2 * half]
        return cls(tuple(sorted(times)), tuple(sorted(references)), preempted)

    def at(self, share: float) -> float:
        """Return the time that a share of the calls keeps, in seconds."""
        return quantile(self.times, share) * PICOSECOND

    def says(self, share: float, allowed: float) -> Says:
        """Return what the series says of a share of the calls that is allowed so many seconds."""
        late = sum(time * PICOSECOND > allowed for time in self.times)
        may_be = (1 - share) * len(self.times)
        if late <= may_be:
            return Says.KEPT
        if late < FEWEST_LATE:
            return Says.KEPT if may_be >= 1 else Says.NOTHING  # so few calls say little of so small a share
        late_by_itself = is_late_by_itself((self,), share, allowed / PICOSECOND)
        return Says.BROKEN if late_by_itself else Says.NOTHING

    @cached_property
    def is_strained(self) -> bool:
        """Tell whether the machine took much of the time for other things."""
        mean = sum(self.references) / max(len(self.references), 1)
        return mean > _STRAINED * quantile(self.references, 0.5)

    @property
    def mean(self) -> float:
        """Return how long a call takes, on the whole, in seconds."""
        return sum(self.times) / max(len(self.times), 1) * PICOSECOND


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure of interleaved runs, and where it lies with the confidence of intervals; in picoseconds."""

    value: float
    low: float
    high: float

    def verdict(self, allowed: float, *, busy: bool) -> BudgetVerdict:
        """Return what it says of a budget; on a busy machine, only what is far beyond it is broken."""
        if self.high <= allowed:
            return BudgetVerdict.KEPT
        if self.low > allowed and (not busy or self.value > CONTENDED * allowed):
            return BudgetVerdict.BROKEN
        return BudgetVerdict.UNDECIDED


def is_late_by_itself(runs: Sequence[Series], share: float, allowed: float) -> bool:
    """Tell whether it is the calls that are late, in picoseconds, and not the machine.

    The latest of each run are left out, as many as there were times that the processor was taken away.
    """
    times = sorted(time for run in runs for time in run.times[: max(len(run.times) - run.preempted, 0)])
    late = sum(time > allowed for time in times)
    if late < FEWEST_LATE or quantile(times, share) <= allowed:
        return False
    usual = quantile(times, 0.5)
    if usual > allowed:
        return True
    references = sorted(time for run in runs for time in run.references)
    # A reference is never late of itself: what makes it late makes calls late that are not.
    machine = quantile(references, share) - quantile(references, 0.5)
    return machine < (quantile(times, share) - usual) / 2


def quantile(values: Sequence[int], share: float) -> int:
    """Return the smallest of sorted values that no less than a share of them reach up to; 0 of none."""
    return values[max(0, math.ceil(share * len(values)) - 1)] if values else 0
