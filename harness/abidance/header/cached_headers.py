"""Headers that this process has read, and their way to the disk when it ends."""

from __future__ import annotations

import atexit
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.header import store
from abidance.toolchain.cache_entries import CachePlace

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.header.loader import Loader
    from abidance.header.stamps import StampCollection, Stamps

_MOST = 16


@dataclass(slots=True)
class CachedHeader:
    """One header: the stamps that it holds by, or what they are still to be made of."""

    loader: Loader
    stamps: Stamps | StampCollection | None
    stored: int = 0

    def holds(self) -> bool:
        """Tell whether nothing that was read has changed since."""
        stamps = self.finished()
        return stamps is not None and stamps.hold()

    def save(self, place: CachePlace) -> None:
        """Write what was read of the header to `place`, unless that is there already."""
        if self.loader.read_so_far == self.stored:
            return
        stamps = self.finished()
        if stamps is not None:
            store.save(place, stamps, self.loader.content())
            self.stored = self.loader.read_so_far

    def finished(self) -> Stamps | None:
        """Return the stamps; None when something changed since the preprocessor was started."""
        if self.stamps is not None and not isinstance(self.stamps, tuple):
            self.stamps = self.stamps.finish()
        return self.stamps


_headers: dict[CachePlace, CachedHeader] = {}
_process = os.getpid()


def keep(place: CachePlace, kept: CachedHeader) -> None:
    """Remember a header for this process; the one that was used longest ago goes to the disk for it."""
    _headers[place] = kept
    while len(_headers) > _MOST:
        oldest = next(iter(_headers))
        _headers.pop(oldest).save(oldest)


def find(place: CachePlace, restored: Callable[[object], Loader]) -> Loader | None:
    """Return a header that was read before, here or by another process, if it would be read the same again."""
    known = _headers.pop(place, None)
    if known is not None:
        if known.holds():
            _headers[place] = known
            return known.loader
        return None
    found = store.load(place)
    if found is None or not found[0].hold():
        return None
    try:
        loader = restored(found[1])
    except (IndexError, KeyError, TypeError, ValueError):
        return None
    keep(place, CachedHeader(loader, found[0], loader.read_so_far))
    return loader


def stamps_of(place: CachePlace) -> Stamps | None:
    """Return what a header that this process has read depended on; None where that changed meanwhile."""
    kept = _headers.get(place)
    return kept.finished() if kept is not None else None


def content_of(place: object) -> str | None:
    """Return what stands for the text of a header that this process has read; None for any other."""
    kept = _headers.get(place) if isinstance(place, CachePlace) else None
    return kept.loader.content_digest if kept is not None else None


def holds(place: object) -> bool:
    """Tell whether nothing changed meanwhile of what a header depended on that this process has read."""
    kept = _headers.get(place) if isinstance(place, CachePlace) else None
    return kept is not None and kept.holds()


def flush() -> None:
    """Write what was read since the last time. Done by itself when the process ends."""
    if os.getpid() != _process:  # a fork has the headers of the process that it comes from
        return
    for place, kept in _headers.items():
        kept.save(place)


def forget() -> None:
    """Write, and begin as a new process does."""
    flush()
    _headers.clear()


def now() -> int:
    """Return the time that stamps are compared with, in nanoseconds."""
    return time.time_ns()


atexit.register(flush)
