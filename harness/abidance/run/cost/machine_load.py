"""Whether the machine is busy with other things, which share memory, caches and cores with what is measured."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

_BUSY = 0.25
"""So many other threads for each processor that want to run at a time, on the average."""
_REST = 0.001
"""Seconds after which a worker that has answered waits."""


@dataclass(slots=True)
class MachineLoad:
    """Looks, now and then, at how many threads of the whole machine want to run."""

    looks: int = 0
    others: int = 0
    _processors: int = field(default_factory=lambda: os.cpu_count() or 1)

    def look(self) -> None:
        """Look while only the thread that looks has something to do here."""
        time.sleep(_REST)
        try:
            running = Path("/proc/loadavg").read_text(encoding="ascii").split()[3].partition("/")[0]
            self.others += max(int(running) - 1, 0)
        except (OSError, ValueError, IndexError):
            return
        self.looks += 1

    @property
    def is_busy(self) -> bool:
        """Tell whether it is too busy for time to be judged closely."""
        return self.looks > 0 and self.others / self.looks > _BUSY * self._processors
