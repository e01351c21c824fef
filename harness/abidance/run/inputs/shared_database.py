"""A database of Hypothesis's that several machines share: a folder, a Redis server, or an artifact of GitHub Actions.

What one machine came by is tried first on the others. That is help, not evidence: where it cannot be reached, stderr
says so once, and the run goes on without it.
"""

from __future__ import annotations

import re
import sys
import warnings
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis.database import (
    DirectoryBasedExampleDatabase,
    ExampleDatabase,
    GitHubArtifactDatabase,
    ReadOnlyDatabase,
)
from hypothesis.errors import HypothesisWarning

from abidance.run.inputs.database_address import GITHUB, REDIS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
_SECONDS = 3.0
"""How long a server may take to answer."""


@cache
def shared_database(address: str, root: Path) -> ExampleDatabase:
    """Return the database at an address that was checked; folders are relative to `root`."""
    return Unreliable(address, _opened(address, root))


def _opened(address: str, root: Path) -> ExampleDatabase:
    if address.startswith(REDIS):
        from hypothesis.extra.redis import RedisExampleDatabase  # noqa: PLC0415 - the package is an extra
        from redis import Redis  # noqa: PLC0415

        server = Redis.from_url(address, socket_connect_timeout=_SECONDS, socket_timeout=_SECONDS)
        return RedisExampleDatabase(server)
    named = GITHUB.fullmatch(address)
    if named is not None:
        owner, repository, artifact = named.groups()
        path = root / ".abidance" / "artifacts" / artifact
        return ReadOnlyDatabase(GitHubArtifactDatabase(owner, repository, artifact, path=path))
    return DirectoryBasedExampleDatabase(root / Path(address).expanduser())


class Unreliable(ExampleDatabase):
    """A database that may be gone at any time: from then on it has nothing, and takes nothing in."""

    def __init__(self, address: str, inner: ExampleDatabase) -> None:
        super().__init__()
        self._address = re.sub(r"//[^/@]*@", "//", address)  # without a password
        self._inner = inner
        self._lost = False
        self._said: set[str] = set()

    def fetch(self, key: bytes) -> Iterable[bytes]:
        """Return the values of a key, as they are now."""
        found: list[bytes] = []
        self._try(lambda: found.extend(self._inner.fetch(key)))
        return found

    def save(self, key: bytes, value: bytes) -> None:
        """Add a value."""
        self._try(lambda: self._inner.save(key, value))

    def delete(self, key: bytes, value: bytes) -> None:
        """Remove a value, if it is there."""
        self._try(lambda: self._inner.delete(key, value))

    def _try(self, act: Callable[[], None]) -> None:
        if self._lost:
            return
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always", HypothesisWarning)
            try:
                act()
            except Exception as error:  # noqa: BLE001 - each of them has its own, and none may end a run
                self._lost = True
                self._say(f"neither read nor written: {error or type(error).__name__}")
        for each in warned:
            self._say(f"not as it should be: {each.message}")

    def _say(self, words: str) -> None:
        if words not in self._said:
            self._said.add(words)
            text = " ".join(words.split()).rstrip(".")
            sys.stderr.write(f"abidance: the shared database `{self._address}` is {text}\n")
