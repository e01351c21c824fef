"""Ctrl-C that is not lost: Python drops what is raised in a garbage-collection callback or a destructor."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SOON = 0.02  # seconds: by then the callback, which Hypothesis has one of, is over


@contextlib.contextmanager
def interruption_kept() -> Iterator[None]:
    """Raise KeyboardInterrupt again where it was dropped, until it ends what runs in the block."""
    before = sys.unraisablehook

    def hook(told: sys.UnraisableHookArgs) -> None:
        if not issubclass(told.exc_type, KeyboardInterrupt):
            before(told)
            return
        # Not here: what this function raises is dropped as well.
        import _thread  # noqa: PLC0415
        import threading  # noqa: PLC0415 - seldom needed, and `--help` is to be quick

        again = threading.Timer(_SOON, _thread.interrupt_main)
        again.daemon = True
        again.start()

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before
