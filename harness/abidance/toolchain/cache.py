"""Where builds and compiled helpers are stored between runs, and the locks that let processes share them.

Below the root (`ABIDANCE_CACHE_DIR`, or the platform's cache folder)::

    CACHEDIR.TAG            tells backup tools to leave all of it out
    v1/builds/NAME-KEY/     a configured build tree, its lock beside it
    v1/libraries/NAME-KEY/  finished libraries, each in a folder named by its content
    v1/objects/NAME-KEY/    shared objects that abidance compiles for itself, each in a folder named by its content
    v1/prototypes/NAME-KEY/ a header with the prototypes that a contract adds
    v1/headers/NAME-KEY/    what was read of a header
    v1/layouts/NAME-KEY/    what the compiler said of a header's types, and reports on them
    v1/facts/NAME-KEY/      what was read of a library, and what the compiler said of a header, for the ABI gate
    v1/rules/NAME-KEY/      the rules of the ABI gate, parsed
    v1/explanations/NAME-KEY/  what a code means, for editors to open

Nothing outside `v1` is ever removed, so a root that holds other things is safe from `clear`.

What is here is loaded into processes, and believed. So `v1` is this user's, and nobody else may write to it; where a
shared root has one of another user's, or one that others may write to, `v1-UID` is taken in its place. What is in a
NAME-KEY is verified by its owner and content where it is used (see `cache_entries`).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.catalogue import BAD_CONFIGURATION, BUILD_FAILED
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE = "ABIDANCE_CACHE_DIR"
_VERSION = "v1"  # a new layout gets a new folder; an old one is left for `clear`
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# made by abidance; safe to delete\n"
_MOST = {
    "builds": 100,
    "libraries": 300,
    "objects": 500,
    "prototypes": 100,
    "headers": 200,
    "layouts": 300,
    "facts": 100,
    "rules": 3,
    "explanations": 500,
}
"""How many directories of a kind there are: where one more comes, that which was used longest ago goes."""
_READ_WHOLE = frozenset({"headers", "layouts", "facts", "rules"})
"""Kinds that nobody is in: what is in others may be mapped, or be worked in, for a day after it was taken."""
_DAY = 24 * 3600
_USE = 3600  # seconds in which several uses count as one
_LOOKED_THROUGH = ".looked-through"
"""The file whose time says when a kind was last looked through: of thousands, of which none goes for a day."""


@dataclass(frozen=True, slots=True)
class Cache:
    """The cache below one root directory; made on first use, private to the user."""

    root: Path

    def path_of(self, kind: str, name: str, *key: str) -> Path:
        """Return where the directory of `kind` for `key` is, or would be."""
        readable = re.sub(r"[^A-Za-z0-9+._-]+", "-", name).strip("-.")[:40] or "unnamed"
        return self.home / kind / f"{readable}-{digest(*key)}"

    @property
    def home(self) -> Path:
        """Return the directory below the root that is this user's, or would be."""
        usual = self.root / _VERSION
        return self.root / f"{_VERSION}-{os.geteuid()}" if is_private(usual) is False else usual

    @property
    def usual(self) -> bool:
        """Tell whether `home` is where it is unless somebody else's is there."""
        return self.home.name == _VERSION

    def directory(self, kind: str, name: str, *key: str) -> Path:
        """Return the directory of `kind` for `key`, made if need be; `name` is there for the reader.

        Raises UsageError when the cache cannot be written.
        """
        path = self.path_of(kind, name, *key)
        try:
            if not mark_used(path):
                self._prepare()
                path.mkdir(parents=True, exist_ok=True)
                if kind in _READ_WHOLE:
                    drop_unused(path.parent, _MOST[kind], 0)
                elif _is_due(path.parent / _LOOKED_THROUGH):
                    drop_unused(path.parent, _MOST[kind])
            if not is_private(self.home):
                raise UsageError(_not_private(self.home))
        except OSError as error:
            raise UsageError(
                Diagnostic(
                    BAD_CONFIGURATION,
                    f"the cache `{self.root}` cannot be written: {(error.strerror or str(error)).lower()}",
                    help=f"set `{VARIABLE}` to a directory that this user may write",
                )
            ) from None
        return path

    @contextlib.contextmanager
    def lock(self, directory: Path, seconds: float) -> Iterator[None]:
        """Hold the lock of a cache directory: one process works in it, others wait up to `seconds`.

        The lock is the kernel's, so it is free as soon as its holder has ended, however that came about.
        """
        from filelock import FileLock, Timeout  # noqa: PLC0415 - most runs lock nothing

        guard = FileLock(directory.with_name(f"{directory.name}.lock"), timeout=seconds)
        try:
            guard.acquire()
        except Timeout:
            raise CannotJudgeError(
                Diagnostic(
                    BUILD_FAILED,
                    f"another process has been building `{directory.name}` for more than {seconds:g} s",
                    help="wait for the other run, or end it; `ABIDANCE_CACHE_DIR` names another cache",
                )
            ) from None
        try:
            yield
        finally:
            guard.release()

    def clear(self) -> int:
        """Remove everything that abidance put into the cache and return how many bytes that frees."""
        ours = self.home
        freed = 0
        if not is_private(ours):
            return freed
        for place, _, names in os.walk(ours):
            for name in names:
                with contextlib.suppress(OSError):
                    freed += (Path(place) / name).lstat().st_size
        shutil.rmtree(ours, ignore_errors=True)
        return freed

    def _prepare(self) -> None:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        tag = self.root / "CACHEDIR.TAG"
        if not tag.exists():
            tag.write_text(_TAG, encoding="ascii")
        self.home.mkdir(mode=0o700, exist_ok=True)


def default_cache() -> Cache:
    """Return the cache that `ABIDANCE_CACHE_DIR` or the platform names."""
    named = os.environ.get(VARIABLE)
    if named:
        return Cache(Path(named).absolute())
    import platformdirs  # noqa: PLC0415 - only where nothing is named

    return Cache(platformdirs.user_cache_path("abidance"))


def digest(*parts: str | bytes) -> str:
    """Return a short stable name for `parts`; their borders count."""
    state = hashlib.sha256()
    for part in parts:
        raw = part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")
        state.update(len(raw).to_bytes(8, "little") + raw)
    return state.hexdigest()[:16]


def is_private(directory: Path) -> bool | None:
    """Tell whether a directory is this user's and nobody else may write to it; None when there is none."""
    try:
        facts = directory.lstat()
    except FileNotFoundError:
        return None
    except OSError:
        return False
    return stat.S_ISDIR(facts.st_mode) and is_own(facts)


def is_own(facts: os.stat_result) -> bool:
    return facts.st_uid == os.geteuid() and not facts.st_mode & 0o022


def _not_private(directory: Path) -> Diagnostic:
    return Diagnostic(
        BAD_CONFIGURATION,
        f"the cache `{directory}` is another user's, or others may write to it: what is in it is loaded and trusted",
        help=f"remove it, or set `{VARIABLE}` to a directory of your own",
    )


def shown(path: Path) -> str:
    """Return `path` as a person would type it."""
    with contextlib.suppress(ValueError, RuntimeError):
        return f"~/{path.relative_to(Path.home())}"
    return str(path)


def mark_used(directory: Path) -> bool:
    """Have `drop_unused` count a use of a directory; tell whether it is there."""
    try:
        facts = directory.stat()
        if stat.S_ISDIR(facts.st_mode) and time.time() - facts.st_mtime > _USE:
            os.utime(directory)
    except OSError:
        return directory.is_dir()  # perhaps in a cache that is only read
    return stat.S_ISDIR(facts.st_mode)


def _is_due(stamp: Path) -> bool:
    """Tell whether what goes after a day is to be looked for again; the next time is an hour later."""
    try:
        if time.time() - stamp.stat().st_mtime < _USE:
            return False
    except FileNotFoundError:
        pass
    stamp.touch()
    return True


def drop_unused(folder: Path, most: int, seconds: float = _DAY) -> None:
    """Remove the directories in `folder` but for the `most` used last, and those used in the last `seconds`."""
    # Another process may drop the same ones at the same time.
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        known = sorted(((each.stat().st_mtime, each.path) for each in entries if each.is_dir()), reverse=True)
        for used, path in known[most:]:
            if time.time() - used > seconds:
                shutil.rmtree(path, ignore_errors=True)
                Path(f"{path}.lock").unlink(missing_ok=True)
