"""How much of a run is left: items, and time as far as it can be told honestly."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.core.durations import clock

if TYPE_CHECKING:
    from abidance.core.events import ItemFinished, ItemId, RunStarted

_ENOUGH = 3
"""So many items that call something must have ended before the time of the others is estimated."""


@dataclass(slots=True)
class Remaining:
    """The items of one contract that have not ended, and how long those that have took, phase by phase.

    An item is expected to take as long as those of its phase have on average. Waiting for a build and judging several
    items at a time are in the estimate: the work that is left is scaled by how long that which was done took.
    """

    began: float = 0.0
    ends_at: float | None = None
    items: int = 0
    _left: dict[ItemId, None] = field(default_factory=dict)
    _took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _until: float | None = None

    @classmethod
    def of(cls, run: RunStarted) -> Remaining:
        """Return what is left when a run begins."""
        items = dict.fromkeys(run.items)
        return cls(time.monotonic(), run.ends_at, len(items), items)

    def note(self, ended: ItemFinished) -> None:
        """Take in that an item has ended."""
        if ended.item in self._left:
            del self._left[ended.item]
            if ended.item.library and ended.judged:
                self._took[ended.item.phase].append(ended.seconds)
            self._until = self._estimate(time.monotonic())

    @property
    def words(self) -> str:
        """Return such as ``12 of 45, about 1:20 left``; nothing where the items are not known."""
        if not self.items:
            return ""
        done = f"{self.items - len(self._left):,} of {self.items:,}"
        left = self._time_left(time.monotonic())
        return f"{done}, {left} left" if left else done

    def _time_left(self, now: float) -> str:
        most = None if self.ends_at is None else max(0.0, self.ends_at - now)
        if self._until is not None and self._until > now and (most is None or self._until - now <= most):
            return f"about {clock(self._until - now)}"
        return "" if most is None else f"at most {clock(most)}"

    def _estimate(self, now: float) -> float | None:
        """Return when the run is expected to end; None while too little is known of what is left."""
        took = [seconds for those in self._took.values() for seconds in those]
        if len(took) < _ENOUGH or not sum(took):
            return None
        mean = sum(took) / len(took)
        left = sum(self._expected(item, mean) for item in self._left)
        return now + left * (now - self.began) / sum(took)

    def _expected(self, item: ItemId, otherwise: float) -> float:
        if not item.library:
            return 0.0
        took = self._took.get(item.phase)
        return sum(took) / len(took) if took else otherwise
