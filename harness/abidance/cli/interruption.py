"""What ends a command from outside: Ctrl-C, SIGTERM and SIGHUP, which all end it the same way.

What was judged is reported, and build commands and workers end with it.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_SOON = 0.02  # seconds: by then the callback, which Hypothesis has one of, is over


@contextlib.contextmanager
def ended_by_signals() -> Iterator[None]:
    """Raise KeyboardInterrupt for SIGTERM and SIGHUP; a second one changes nothing, as the end has begun.

    A signal that is ignored stays so: that is what `nohup` asks for. In a thread that takes no signals, nothing is
    changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    taken = [number for number, handler in before.items() if handler == signal.SIG_DFL]
    ending = False

    def end(number: int, _frame: FrameType | None) -> None:
        nonlocal ending
        if not ending:
            ending = True
            raise KeyboardInterrupt(f"ended by {signal.Signals(number).name}")

    for number in taken:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, before[number])


@contextlib.contextmanager
def persistent_interrupts() -> Iterator[None]:
    """Raise KeyboardInterrupt again where it was dropped, until it ends what runs in the block.

    Python drops what is raised in a garbage-collection callback or a destructor.
    """
    before = sys.unraisablehook

    def hook(told: sys.UnraisableHookArgs) -> None:
        if not issubclass(told.exc_type, KeyboardInterrupt):
            before(told)
            return
        # Not here: what this function raises is dropped as well.
        import _thread  # noqa: PLC0415 - seldom needed

        again = threading.Timer(_SOON, _thread.interrupt_main)
        again.daemon = True
        again.start()

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before
