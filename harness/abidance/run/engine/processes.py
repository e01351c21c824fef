"""The processes that judge items: where they come from, and how they are set up.

They come from a server that has read our modules once, and forks.

A process that starts from nothing needs half a second for them. This one is not forked itself: it has threads (the
live line) and open workers.
"""

from __future__ import annotations

import contextlib
import gc
import signal
from multiprocessing import forkserver, get_context, resource_tracker
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTEXT = get_context("forkserver")
_NEEDED = ("abidance.run.engine.parallel", "abidance.run.search.pipeline", "abidance.generate.complete")
_SELDOM = 5000, 10, 10


def make_ready() -> None:
    """Start the server, which reads its modules while this process reads its own."""
    CONTEXT.set_forkserver_preload([*_NEEDED])
    resource_tracker.ensure_running()  # starting it lets Ctrl-C in again, which the server is not to see
    with interruption_later():
        forkserver.ensure_running()


def settle() -> None:
    """Keep the collector of garbage from looking at modules, header and contract over and over.

    They stay as long as the process. Test cases leave garbage that is soon gone by itself, so that looking for the
    rest seldom is enough; together this is a twentieth of the time of a run.
    """
    gc.freeze()
    gc.set_threshold(*_SELDOM)


@contextlib.contextmanager
def interruption_later() -> Iterator[None]:
    """Let Ctrl-C, which is sent to all of us, wait until a process that is started here can take it.

    The process begins with the signal blocked.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
