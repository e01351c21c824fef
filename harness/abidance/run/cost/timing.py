"""What series of timed calls say about a budget, on a machine that does other things too."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SHARES = {"p50": 0.5, "p99": 0.99, "p99_9": 0.999}
FEWEST_LATE = 3
"""Fewer calls than this that are late break no budget, of however few calls."""
_PICOSECOND = 1e-12
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

    @classmethod
    def of(cls, measured: Iterable[Sequence[int]]) -> Series:
        """Return the series that the numbers of `Returned.measured` make."""
        times: list[int] = []
        references: list[int] = []
        for numbers in measured:
            times += numbers[: len(numbers) // 2]
            references += numbers[len(numbers) // 2 :]
        return cls(tuple(sorted(times)), tuple(sorted(references)))

    def at(self, share: float) -> float:
        """Return the time that a share of the calls keeps, in seconds."""
        return quantile(self.times, share) * _PICOSECOND

    def says(self, share: float, allowed: float) -> Says:
        """Return what the series says of a share of the calls that is allowed so many seconds."""
        late = sum(time * _PICOSECOND > allowed for time in self.times)
        may_be = (1 - share) * len(self.times)
        if late <= may_be:
            return Says.KEPT
        if late < FEWEST_LATE:
            return Says.KEPT if may_be >= 1 else Says.NOTHING  # so few calls say little of so small a share
        usual = self.at(0.5)
        if usual > allowed:
            return Says.BROKEN
        # A reference is never late of itself: what makes it late makes calls late that are not.
        machine = quantile(self.references, share) - quantile(self.references, 0.5)
        return Says.BROKEN if machine * _PICOSECOND < (self.at(share) - usual) / 2 else Says.NOTHING

    @cached_property
    def is_strained(self) -> bool:
        """Tell whether the machine took much of the time for other things."""
        mean = sum(self.references) / max(len(self.references), 1)
        return mean > _STRAINED * quantile(self.references, 0.5)

    @property
    def mean(self) -> float:
        """Return how long a call takes, on the whole, in seconds."""
        return sum(self.times) / max(len(self.times), 1) * _PICOSECOND


def quantile(values: Sequence[int], share: float) -> int:
    """Return the smallest of sorted values that no less than a share of them reach up to; 0 of none."""
    return values[max(0, math.ceil(share * len(values)) - 1)] if values else 0
