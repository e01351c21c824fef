"""Items in several processes. Each process keeps its own workers, so a library is loaded once in each."""

from __future__ import annotations

import signal
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import TYPE_CHECKING

from abidance.run.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from abidance.contract.model import Contract
    from abidance.core.events import Event, ItemFinished
    from abidance.run.items import Item
    from abidance.run.settings import Settings

_session: Session | None = None


def run_parallel(
    contract: Contract, items: tuple[Item, ...], settings: Settings, given: dict[str, Path]
) -> Iterator[ItemFinished]:
    """Yield results as they come. On an interrupt what is waiting is dropped and the processes end."""
    pool = ProcessPoolExecutor(
        max_workers=settings.jobs,
        # Spawned, not forked: this process may already have threads (the live line) and open workers.
        mp_context=get_context("spawn"),
        initializer=_start,
        initargs=(settings, given),
    )
    try:
        waiting = [pool.submit(_run_group, contract, group) for group in _groups(items)]
        for done in as_completed(waiting):
            yield from done.result()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in list(pool._processes.values()):  # noqa: SLF001 - the pool offers no other way to end them
            process.terminate()
        raise
    pool.shutdown()


def _groups(items: tuple[Item, ...]) -> list[tuple[Item, ...]]:
    """Return the items of each function, library and build together, in their order."""
    groups: dict[tuple[str, str, str], list[Item]] = {}
    for item in items:
        groups.setdefault((item.id.library, item.id.build, item.id.function), []).append(item)
    return [tuple(group) for group in groups.values()]


def _start(settings: Settings, given: dict[str, Path]) -> None:
    global _session  # noqa: PLW0603 - one session a process is the point
    # The terminal sends Ctrl-C to the whole group; the parent decides, and ends this process by SIGTERM.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _session = Session(settings, given)


def _run_group(contract: Contract, group: tuple[Item, ...]) -> list[ItemFinished]:
    assert _session is not None
    return [_session.run(contract, item, _nobody) for item in group]


def _nobody(event: Event) -> None:
    """Drop progress: it does not cross the process."""
