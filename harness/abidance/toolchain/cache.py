"""Where builds and compiled helpers are kept between runs, and the locks that let processes share them.

Below the root (`ABIDANCE_CACHE_DIR`, or the platform's cache folder)::

    CACHEDIR.TAG            tells backup tools to leave all of it out
    v1/builds/NAME-KEY/     a configured build tree, its lock beside it
    v1/libraries/NAME-KEY/  finished libraries, each in a folder named by its content
    v1/objects/NAME-KEY/    shared objects that abidance compiles for itself, each in a folder named by its content
    v1/headers/NAME-KEY/    what was read of a header
    v1/facts/NAME-KEY/      what was read of a library, and what the compiler said of a header, for the ABI gate
    v1/rules/NAME-KEY/      the rules of the ABI gate, parsed

Nothing outside `v1` is ever removed, so a root that holds other things is safe from `clear`.

What is here is loaded into processes, and believed. So `v1` is this user's, and nobody else may write to it; where a
shared root has one of another user's, or one that others may write to, `v1-UID` is taken in its place. A shared object
is loaded only when it is this user's and has the content that its folder is named by.
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
from typing import IO, TYPE_CHECKING

from abidance.core.catalogue import BAD_CONFIGURATION, BUILD_FAILED
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

VARIABLE = "ABIDANCE_CACHE_DIR"
_VERSION = "v1"  # a new layout gets a new folder; an old one is left for `clear`
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# made by abidance; safe to delete\n"
_NAME_LENGTH = 32  # hexadecimal digits of a content's name
_KEEP_SECONDS = 24 * 3600
_KEEP_NEWEST = 3


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
            if not path.is_dir():
                self._prepare()
                path.mkdir(parents=True, exist_ok=True)
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


def cached_shared_object(
    name: str, key: Sequence[str | bytes], build: Callable[[Path], None], cache: Cache | None = None
) -> Path:
    """Return ``NAME.so`` for `key`, calling `build` with the path to write when there is none that can be trusted.

    `key` must hold all that the result depends on: sources, flags, `Compiler.identity`. What `build` raises
    is passed on, and nothing is kept then. Processes that ask at the same time build once.
    """
    import tempfile  # noqa: PLC0415 - where something is built

    place = cache or default_cache()
    directory = place.directory("objects", name, digest(*key))
    found = _kept_object(directory, name)
    if found is not None:
        return found
    with place.lock(directory, seconds=600), tempfile.TemporaryDirectory(dir=directory) as scratch:
        found = _kept_object(directory, name)
        if found is None:
            _remove_damaged(directory)
            made = Path(scratch, f"{name}.so")
            build(made)
            found = _name_by_content(made, directory)
    return found


def _kept_object(directory: Path, name: str) -> Path | None:
    """Return the object in `directory` that can be trusted."""
    return next((file for file in sorted(directory.glob(f"[0-9a-f]*/{name}.so")) if is_intact(file)), None)


def _remove_damaged(directory: Path) -> None:
    for folder in directory.glob("[0-9a-f]*"):
        shutil.rmtree(folder, ignore_errors=True)


def is_intact(file: Path) -> bool:
    """Tell whether a file is this user's, nobody else may write to it, and its folder is named by its content."""
    try:
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as opened:
            facts = os.fstat(opened.fileno())
            if not _is_own(facts) or not stat.S_ISREG(facts.st_mode):
                return False
            return file.parent.name == _content(opened)
    except OSError:
        return False


def publish(built: Path, directory: Path) -> Path:
    """Return a copy of `built` in a folder named by its content: a file that nobody writes again.

    A build tree changes under its readers: a later run links anew while a worker has the library mapped, or
    a symbolizer reads it. Linkers replace the file, but `cp` and `strip` write into it. So what is loaded is
    a copy whose path stands for its bytes. The caller holds the lock of the tree.
    """
    import json  # noqa: PLC0415 - where something is built
    import tempfile  # noqa: PLC0415

    stamp = [str(built), *_stamp(built)]
    record = directory / "stamp.json"
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        known = json.loads(record.read_text(encoding="utf-8"))
        path = directory / str(known["content"]) / built.name
        # What has its change time still has its content; what has not, in a cache that was restored, is read.
        if known["of"] == stamp and (known["copy"] == _stamp(path) or is_intact(path)):
            os.utime(path.parent)
            return path
    with tempfile.TemporaryDirectory(prefix=".new-", dir=directory) as scratch:
        copy = Path(scratch, built.name)
        shutil.copyfile(built, copy)
        path = _name_by_content(copy, directory)
    os.utime(path.parent)
    text = json.dumps({"of": stamp, "content": path.parent.name, "copy": _stamp(path)})
    record.write_text(text, encoding="utf-8")
    _forget_old(directory)
    return path


def is_private(directory: Path) -> bool | None:
    """Tell whether a directory is this user's and nobody else may write to it; None when there is none."""
    try:
        facts = directory.lstat()
    except FileNotFoundError:
        return None
    except OSError:
        return False
    return stat.S_ISDIR(facts.st_mode) and _is_own(facts)


def _is_own(facts: os.stat_result) -> bool:
    return facts.st_uid == os.geteuid() and not facts.st_mode & 0o022


def _not_private(directory: Path) -> Diagnostic:
    return Diagnostic(
        BAD_CONFIGURATION,
        f"the cache `{directory}` is another user's, or others may write to it: what is in it is loaded and believed",
        help=f"remove it, or set `{VARIABLE}` to a directory of your own",
    )


def _content(file: IO[bytes]) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()[:_NAME_LENGTH]  # type: ignore[arg-type]


def _name_by_content(made: Path, directory: Path) -> Path:
    """Move a file into a folder of `directory` that is named by its content."""
    made.chmod(0o555)
    with made.open("rb") as file:
        path = directory / _content(file) / made.name
    path.parent.mkdir(exist_ok=True)
    made.replace(path)
    return path


def _stamp(file: Path) -> list[int]:
    facts = file.lstat()
    return [facts.st_ino, facts.st_uid, facts.st_mode, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns]


def shown(path: Path) -> str:
    """Return `path` as a person would type it."""
    with contextlib.suppress(ValueError, RuntimeError):
        return f"~/{path.relative_to(Path.home())}"
    return str(path)


def _forget_old(directory: Path) -> None:
    """Keep the newest copies, and those that a run of the last day may still read."""
    copies = sorted((p for p in directory.iterdir() if p.is_dir()), key=lambda p: -p.stat().st_mtime)
    for copy in copies[_KEEP_NEWEST:]:
        if time.time() - copy.stat().st_mtime > _KEEP_SECONDS:
            shutil.rmtree(copy, ignore_errors=True)
