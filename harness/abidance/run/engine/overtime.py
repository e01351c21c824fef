"""What goes on when a run's time is up, and makes no call that would end it: values that are made up for ever."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from abidance.run.search.search import SearchOverError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from abidance.run.inputs.deadline import Deadline

GRACE = 5
"""So many seconds of the processor this process may still take by itself: calls are made in others."""


@contextmanager
def without_overtime(deadline: Deadline | None) -> Iterator[None]:
    """Raise SearchOverError in the block where this process works on for `GRACE` seconds after the deadline.

    Only the main thread of a process takes signals (Python's `signal`): in others nothing happens. The timer is that of
    the processor's time, for the one of the clock may be somebody else's, such as a test runner's.
    """
    if deadline is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    late = 0

    def tick(_number: int, _frame: FrameType | None) -> None:
        nonlocal late
        late += deadline.passed
        if late > GRACE:
            late = 0
            raise SearchOverError

    before = signal.signal(signal.SIGVTALRM, tick)
    signal.setitimer(signal.ITIMER_VIRTUAL, 1.0, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
