"""What the cache holds: values, texts, shared objects and copies of libraries, each verified where it is used.

Each must be a plain file of this user's which nobody else may write to, with the content that it was stored with.
Whatever is not, is as if it were not there, and is made again. Each file is written in one rename, so that of several
processes the last one wins, and no reader sees half of one.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import shutil
import stat
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import abidance
from abidance.core.errors import UsageError
from abidance.toolchain.cache import Cache, default_cache, digest, drop_unused, is_own, is_private, mark_used

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from io import BufferedReader

_MAGIC = b"abidance value 1\n"
_DIGEST = 16
_VALUE = "value.bin"
_NAME_LENGTH = 32  # hexadecimal digits of a content's name
_COPIES = 3
"""How many contents of one library there are, and those that a run of the last day may still read."""


class CachePlace(NamedTuple):
    """Where the value of `kind` for `key` is; `name` is there for the reader."""

    cache: Cache
    kind: str
    name: str
    key: tuple[str, ...]


def place(kind: str, name: str, *key: str) -> CachePlace:
    """Return a place in the user's cache."""
    return CachePlace(default_cache(), kind, name, key)


def load(place: CachePlace) -> Any:
    """Return the value at `place`, or None when there is nothing that can be trusted."""
    if not is_private(place.cache.home):
        return None
    folder = place.cache.path_of(place.kind, place.name, *place.key)
    value = read_value(folder / _VALUE)
    if value is not None:
        mark_used(folder)
    return value


def save(place: CachePlace, value: object) -> None:
    """Store `value`, which is made of what `marshal` knows; a cache that cannot be written is left as it is."""
    with contextlib.suppress(OSError, UsageError, ValueError):
        write_value(place.cache.directory(place.kind, place.name, *place.key) / _VALUE, value)


def read_value(file: Path) -> Any:
    """Return what `write_value` wrote to this place, or None where there is nothing that can be trusted."""
    try:
        with _open_own(file) as opened:
            raw = memoryview(opened.read())
        start = len(_MAGIC) + _DIGEST
        payload = raw[start:]
        if raw[: len(_MAGIC)] != _MAGIC or raw[len(_MAGIC) : start] != _digest(file, payload):
            return None
        return marshal.loads(payload)  # noqa: S302 - this user's own, and unbroken
    except (OSError, EOFError, ValueError, TypeError):
        return None


def write_value(file: Path, value: Any) -> None:
    """Write a value that `marshal` knows; raises ValueError for another, and OSError."""
    payload = marshal.dumps(value)
    _write(file, _MAGIC + _digest(file, payload) + payload)


def cached_text(kind: str, name: str, text: str) -> Path:
    """Return a file called `name` that holds `text`; raises UsageError when the cache cannot be written."""
    file = default_cache().directory(kind, Path(name).stem, text) / name
    with contextlib.suppress(OSError), _open_own(file) as opened:
        if opened.read() == text.encode():
            return file
    _write(file, text)
    return file


def cached_shared_object(
    name: str,
    key: Sequence[str | bytes],
    build: Callable[[Path], None],
    cache: Cache | None = None,
    suffix: str = ".so",
) -> Path:
    """Return ``NAME.so`` for `key`, calling `build` with the path to write when there is none that can be trusted.

    `key` must hold all that the result depends on: sources, flags, `Compiler.identity`. What `build` raises
    is passed on, and nothing is stored then. Processes that ask at the same time build once. Another
    `suffix` is that of another file that a compiler makes.
    """
    import tempfile  # noqa: PLC0415 - where something is built

    place = cache or default_cache()
    directory = place.directory("objects", name, digest(*key))
    file = f"{name}{suffix}"
    found = _intact_object(directory, file)
    if found is not None:
        return found
    with place.lock(directory, seconds=600), tempfile.TemporaryDirectory(dir=directory) as scratch:
        found = _intact_object(directory, file)
        if found is None:
            for damaged in directory.glob("[0-9a-f]*"):
                shutil.rmtree(damaged, ignore_errors=True)
            output = Path(scratch, file)
            build(output)
            found = _name_by_content(output, directory)
    return found


def publish(built: Path, directory: Path) -> Path:
    """Return a copy of `built` in a folder named by its content: a file that nobody writes again.

    A build tree changes under its readers: a later run links anew while a worker has the library mapped, or
    a symbolizer reads it. Linkers replace the file, but `cp` and `strip` write into it. So what is loaded is
    a copy whose path stands for its bytes. The caller holds the lock of the tree.
    """
    import tempfile  # noqa: PLC0415 - where something is built

    stamp = (str(built), _stamp(built))
    record = directory / "stamp.bin"
    with contextlib.suppress(OSError, ValueError, TypeError):
        known, content, copied = read_value(record)
        path = Path(directory, content, built.name)
        # What has its change time still has its content; what has not, in a cache that was restored, is read.
        if known == stamp and (copied == _stamp(path) or is_intact(path)):
            os.utime(path.parent)
            return path
    with tempfile.TemporaryDirectory(prefix=".new-", dir=directory) as scratch:
        copy = Path(scratch, built.name)
        shutil.copyfile(built, copy)
        path = _name_by_content(copy, directory)
    os.utime(path.parent)
    write_value(record, (stamp, path.parent.name, _stamp(path)))
    drop_unused(directory, _COPIES)
    return path


def is_intact(file: Path) -> bool:
    """Tell whether a file is this user's, nobody else may write to it, and its folder is named by its content."""
    try:
        with _open_own(file) as opened:
            return file.parent.name == _content(opened)
    except OSError:
        return False


@cache
def own_identity(*patterns: str) -> str:
    """Return what changes with Python, with abidance, and with its files that match the patterns."""
    package = Path(abidance.__file__).parent
    facts = []
    for each in sorted(file for pattern in patterns for file in package.glob(pattern)):
        stamp = each.stat()
        facts.append((each.name, stamp.st_size, stamp.st_mtime_ns))
    return f"{abidance.__version__} {sys.version} {sys.byteorder} {package} {facts}"


def _open_own(file: Path) -> BufferedReader:
    """Open a plain file of this user's that nobody else may write to; raises OSError for any other."""
    handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    facts = os.fstat(handle)
    if is_own(facts) and stat.S_ISREG(facts.st_mode):
        return open(handle, "rb")  # noqa: PTH123 - a descriptor, which the caller closes
    os.close(handle)
    raise PermissionError(file)


def _write(file: Path, content: str | bytes) -> None:
    from abidance.core.files import write_whole  # noqa: PLC0415 - what is stored already is not written

    if file.is_dir() and not file.is_symlink():
        shutil.rmtree(file)
    elif file.is_symlink() or not file.is_file():
        file.unlink(missing_ok=True)  # nothing goes through a link, or into a pipe
    write_whole(file, content, private=True)


def _digest(file: Path, payload: bytes | memoryview) -> bytes:
    """Return the digest of a value in its place: that of another key is another."""
    return hashlib.blake2b(payload, digest_size=_DIGEST, key=digest(*file.parts[-3:]).encode()).digest()


def _intact_object(directory: Path, name: str) -> Path | None:
    return next((file for file in sorted(directory.glob(f"[0-9a-f]*/{name}")) if is_intact(file)), None)


def _content(file: BufferedReader) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()[:_NAME_LENGTH]


def _name_by_content(output: Path, directory: Path) -> Path:
    """Move a file into a folder of `directory` that is named by its content."""
    output.chmod(0o555)
    with output.open("rb") as file:
        path = directory / _content(file) / output.name
    path.parent.mkdir(exist_ok=True)
    output.replace(path)
    return path


def _stamp(file: Path) -> tuple[int, ...]:
    facts = file.lstat()
    return facts.st_ino, facts.st_uid, facts.st_mode, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns
