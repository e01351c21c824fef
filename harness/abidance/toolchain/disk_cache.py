"""On-disk cache: whole files, each verified by owner and content.

A file holds one value that `marshal` knows. It lies below the cache's root, which is private to the user, is named
by all that the value depends on, and is written in one rename, so that of several processes the last one wins.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import shutil
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import abidance
from abidance.core.errors import UsageError
from abidance.toolchain.cache import default_cache

if TYPE_CHECKING:
    from abidance.toolchain.cache import Cache

_MAGIC = b"abidance kept 1\n"
_DIGEST = 16
_FILE = "kept.bin"


class CachePlace(NamedTuple):
    """Where the value of `kind` for `key` is; `name` is there for the reader."""

    cache: Cache
    kind: str
    name: str
    key: tuple[str, ...]

    @property
    def file(self) -> Path:
        """Return the file's path; its directory may not be there."""
        return self.cache.path_of(self.kind, self.name, *self.key) / _FILE


def place(kind: str, name: str, *key: str) -> CachePlace:
    """Return a place in the user's cache."""
    return CachePlace(default_cache(), kind, name, key)


def load(place: CachePlace) -> Any:
    """Return the value at `place`, or None when there is nothing that can be trusted."""
    try:
        with place.file.open("rb") as file:
            if os.fstat(file.fileno()).st_uid != os.getuid():
                return None
            raw = memoryview(file.read())
        start = len(_MAGIC) + _DIGEST
        payload = raw[start:]
        if raw[: len(_MAGIC)] != _MAGIC or raw[len(_MAGIC) : start] != _digest(payload):
            return None
        return marshal.loads(payload)  # noqa: S302 - this user's own, and unbroken
    except (OSError, EOFError, ValueError, TypeError):
        return None


def save(place: CachePlace, value: Any, most: int) -> None:
    """Store `value` and keep the `most` of its kind that were written last.

    A cache that cannot be written is left as it is.
    """
    from abidance.core.files import write_whole  # noqa: PLC0415 - what is kept already is not written

    try:
        payload = marshal.dumps(value)
        folder = place.cache.directory(place.kind, place.name, *place.key)
        write_whole(folder / _FILE, _MAGIC + _digest(payload) + payload)
        _forget_old(folder.parent, most)
    except (OSError, UsageError, ValueError):
        pass


@cache
def own_identity(*patterns: str) -> str:
    """Return what changes with Python, with abidance, and with its files that match the patterns."""
    package = Path(abidance.__file__).parent
    facts = []
    for each in sorted(file for pattern in patterns for file in package.glob(pattern)):
        stamp = each.stat()
        facts.append((each.name, stamp.st_size, stamp.st_mtime_ns))
    return f"{abidance.__version__} {sys.version} {sys.byteorder} {package} {facts}"


def _digest(raw: bytes | memoryview) -> bytes:
    return hashlib.blake2b(raw, digest_size=_DIGEST).digest()


def _forget_old(folder: Path, most: int) -> None:
    kept = sorted(folder.iterdir(), key=lambda each: -each.stat().st_mtime)
    for each in kept[most:]:
        shutil.rmtree(each, ignore_errors=True)
