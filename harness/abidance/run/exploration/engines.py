"""Several engines at the same time, each read by a thread of its own; what they tell comes in one queue."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.core.errors import AbidanceError
from abidance.native.campaign import campaign

if TYPE_CHECKING:
    from abidance.native.campaign import Assignment
    from abidance.native.progress import CorpusInput, Failed, Progress


@dataclass(frozen=True, slots=True)
class Ended:
    """An engine is over; `error` says why it could not start."""

    error: AbidanceError | None = None


@dataclass(frozen=True, slots=True)
class EngineEvent:
    """What one engine told; `number` is the one that it was started with."""

    number: int
    event: Progress | CorpusInput | Failed | Ended


@dataclass(slots=True)
class Engines:
    """Engines that run, by number. Close it, so that no process outlives it."""

    _told: queue.SimpleQueue[EngineEvent] = field(default_factory=queue.SimpleQueue)
    _running: dict[int, threading.Thread] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _count: int = 0

    @property
    def running(self) -> int:
        """Return how many there are."""
        return len(self._running)

    def start(self, work: Assignment) -> int:
        """Start one and return its number."""
        self._count += 1
        thread = threading.Thread(target=self._read, args=(self._count, work), daemon=True)
        self._running[self._count] = thread
        thread.start()
        return self._count

    def next(self, seconds: float) -> EngineEvent | None:
        """Return what was told next, or None when `seconds` pass without anything."""
        try:
            told = self._told.get(block=seconds > 0, timeout=seconds)
        except queue.Empty:
            return None
        if isinstance(told.event, Ended):
            self._running.pop(told.number).join()
        return told

    def close(self) -> tuple[EngineEvent, ...]:
        """End all of them, and return what they had told by then."""
        self._stop.set()
        for thread in self._running.values():
            thread.join()
        self._running.clear()
        left = []
        while not self._told.empty():
            left.append(self._told.get())
        return tuple(left)

    def _read(self, number: int, work: Assignment) -> None:
        error: AbidanceError | None = None
        try:
            with campaign(work) as events:
                for event in events:
                    self._told.put(EngineEvent(number, event))
                    if self._stop.is_set():  # it tells how far it is a few times a second
                        break
        except AbidanceError as raised:
            error = raised
        finally:
            self._told.put(EngineEvent(number, Ended(error)))
