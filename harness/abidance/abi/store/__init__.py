"""Facts as they were read before, on disk, by all that they depend on: a gate meets the same old library every time."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from abidance.abi.store.columns import decode, encode
from abidance.header.stamps import Stamps
from abidance.toolchain import cache_entries

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from abidance.abi.facts import Facts
    from abidance.toolchain.cache_entries import CachePlace

_KIND = "facts"
_NOTED = ()
_OWN = (
    "abi/facts/*.py", "abi/store/*.py", "abi/witnesses/*.py", "abi/*.py", "ir/*.py", "core/span.py",
    "toolchain/*.py", "toolchain/dwarf/*.py", "header/*.py",
)  # fmt: skip


def place_of(name: str, *key: str) -> CachePlace:
    """Return where the facts are that depend on `key` and on how this version reads them."""
    return cache_entries.place(_KIND, name, cache_entries.own_identity(*_OWN), *key)


def load(place: CachePlace) -> Facts | None:
    """Return the facts that were kept, or None when there are none that can be trusted, or a header changed since."""
    try:
        stamps, stored = cache_entries.load(place)
        if stamps is not None and not Stamps.of(stamps).hold():
            return None
        facts: Facts = decode(stored)
    except (IndexError, TypeError, ValueError):
        return None
    return facts


def save(place: CachePlace, facts: Facts, stamps: Stamps | None = None) -> None:
    """Keep facts, which hold as long as the stamps do; a cache that cannot be written is left as it is.

    What is met for the first time is only noted: the new side of most comparisons is never met again, and to
    write facts takes a third of the time that reading them took.
    """
    if cache_entries.load(place) is None:
        cache_entries.save(place, _NOTED)
        return
    try:
        stored = encode(facts)
    except KeyError:  # a fact of a class that is not kept
        return
    cache_entries.save(place, (stamps.plain() if stamps is not None else None, stored))


class Content:
    """The content of a file at a time: its digest, and whether it is still the same."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open("rb") as file:
            self._stamp = _stamp(file.fileno())
            self.digest = hashlib.file_digest(file, "sha256").hexdigest()

    def holds(self) -> bool:
        """Tell whether nobody wrote to the file since it was looked at first."""
        return _stamp(self._path) == self._stamp


def _stamp(file: int | Path) -> tuple[int, ...]:
    facts = os.stat(file)  # noqa: PTH116 - open files as well
    return facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns


def surface_key(names: Collection[str] | None) -> str:
    """Return what stands for the names that facts are narrowed to."""
    return "all" if names is None else hashlib.sha256("\0".join(sorted(names)).encode()).hexdigest()
