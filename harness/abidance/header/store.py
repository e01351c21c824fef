"""Headers as they were read before, on disk: whole files, each trusted only if it is this user's and unbroken.

A file holds what the preprocessor gave, cut into pieces, and the declarations that were parsed so far. It is
written when the process ends, whole and in one rename, so that of several processes the last one wins. Below
the cache's root, which is private to the user, it is named by everything that decides what a header means but
for the contents of the files that are read: those are compared when it is used (see `stamps`).
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
from abidance.core.files import write_whole
from abidance.header.stamps import Folder, Seen, Stamps
from abidance.toolchain.cache import default_cache

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.toolchain.cache import Cache
    from abidance.toolchain.compiler import Compiler

_MAGIC = b"abidance header 1\n"
_DIGEST = 16
_KIND = "headers"
_FILE = "header.bin"
_MOST = 200  # headers that are kept
# What else tells compilers where to search, or what to define ("Environment Variables", GCC manual).
_VARIABLES = (
    "CPATH C_INCLUDE_PATH OBJC_INCLUDE_PATH GCC_EXEC_PREFIX COMPILER_PATH SDKROOT SOURCE_DATE_EPOCH "
    "MACOSX_DEPLOYMENT_TARGET CCC_OVERRIDE_OPTIONS"
)


class Place(NamedTuple):
    """Where a header that is read in one way has its file."""

    cache: Cache
    name: str
    key: tuple[str, ...]

    @property
    def file(self) -> Path:
        """Return the file's path; its directory may not be there."""
        return self.cache.path_of(_KIND, self.name, *self.key) / _FILE


def place_of(
    path: Path, include_dirs: tuple[Path, ...], defines: Mapping[str, str], compiler: Compiler
) -> Place:
    """Return the place of a header read in this way."""
    key = (
        _own_identity(),
        compiler.identity,
        _program(compiler.command[0], os.environ.get("PATH", "")),
        *(f"{name}={os.environ.get(name, '')}" for name in _VARIABLES.split()),
        str(Path.cwd()),
        str(path),
        *map(str, map(Path.absolute, include_dirs)),
        "",
        *(f"{name}={value}" for name, value in defines.items()),
    )
    return Place(default_cache(), path.name, key)


def load(place: Place) -> tuple[Stamps, Any] | None:
    """Return what was stored with its stamps, or None when there is nothing that can be trusted."""
    try:
        with place.file.open("rb") as file:
            if os.fstat(file.fileno()).st_uid != os.getuid():
                return None
            raw = memoryview(file.read())
        start = len(_MAGIC) + _DIGEST
        payload = raw[start:]
        if raw[: len(_MAGIC)] != _MAGIC or raw[len(_MAGIC) : start] != _digest(payload):
            return None
        (files, folders), content = marshal.loads(payload)  # noqa: S302 - this user's own, and unbroken
        return Stamps([Seen(*each) for each in files], [Folder(*each) for each in folders]), content
    except (OSError, EOFError, ValueError, TypeError):
        return None


def save(place: Place, stamps: Stamps, content: Any) -> None:
    """Store `content`, which is made of what `marshal` knows. A cache that cannot be written is left as it is."""
    try:
        plain = ([tuple(each) for each in stamps.files], [tuple(each) for each in stamps.folders])
        payload = marshal.dumps((plain, content))
        folder = place.cache.directory(_KIND, place.name, *place.key)
        write_whole(folder / _FILE, _MAGIC + _digest(payload) + payload)
        _forget_old(folder.parent)
    except (OSError, UsageError, ValueError):
        pass


def _digest(raw: bytes | memoryview) -> bytes:
    return hashlib.blake2b(raw, digest_size=_DIGEST).digest()


def _forget_old(folder: Path) -> None:
    """Keep the headers that were written last."""
    kept = sorted(folder.iterdir(), key=lambda each: -each.stat().st_mtime)
    for each in kept[_MOST:]:
        shutil.rmtree(each, ignore_errors=True)


@cache
def _own_identity() -> str:
    """Return what changes with abidance and Python: versions, and the files that read headers."""
    package = Path(abidance.__file__).parent
    files = sorted(each for part in ("header", "ir") for each in (package / part).glob("*.py"))
    facts = [(each.name, each.stat().st_size, each.stat().st_mtime_ns) for each in files]
    return f"{abidance.__version__} {sys.version} {package} {facts}"


@cache
def _program(command: str, path: str) -> str:
    found = shutil.which(command, path=path)
    if found is None:
        return ""
    real = Path(found).resolve()
    facts = real.stat()
    return f"{real} {facts.st_size} {facts.st_mtime_ns}"
