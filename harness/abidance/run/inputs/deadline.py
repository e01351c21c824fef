"""When a run is to be over: nothing begins after that, and a search that is under way tries nothing new."""

from __future__ import annotations

import time
from dataclasses import dataclass

from abidance.core.durations import in_words


@dataclass(frozen=True, slots=True)
class Deadline:
    """The end of a run's time. `at` is on the monotonic clock, which all processes of a machine share on Linux.

    `asked` are the seconds that the user gave, and `option` is where.
    """

    at: float
    asked: float
    option: str = "--max-time"

    @classmethod
    def after(cls, seconds: float, option: str = "--max-time") -> Deadline:
        """Return the deadline of what begins now."""
        return cls(time.monotonic() + seconds, seconds, option)

    @property
    def passed(self) -> bool:
        """Tell whether the time is up."""
        return time.monotonic() >= self.at

    @property
    def words(self) -> str:
        """Return why something was not done."""
        return f"the {in_words(self.asked)} of `{self.option}` were up"
