"""Headers as they were read before, on disk.

What is kept of one is what the preprocessor gave, cut into pieces, and the declarations that were parsed so far. It
is written when the process ends, and named by everything that decides what a header means but for the contents of
the files that are read: those are compared when it is used (see `stamps`).
"""

from __future__ import annotations

import os
import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.header.stamps import Stamps
from abidance.toolchain import cache_entries
from abidance.toolchain.cache_entries import CachePlace, own_identity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.toolchain.compiler import Compiler

_KIND = "headers"
# What else tells compilers where to search, or what to define ("Environment Variables", GCC manual).
_VARIABLES = (
    "CPATH C_INCLUDE_PATH OBJC_INCLUDE_PATH GCC_EXEC_PREFIX COMPILER_PATH SDKROOT SOURCE_DATE_EPOCH "
    "MACOSX_DEPLOYMENT_TARGET CCC_OVERRIDE_OPTIONS"
)


def place_of(
    path: Path, include_dirs: tuple[Path, ...], defines: Mapping[str, str], compiler: Compiler
) -> CachePlace:
    """Return the place of a header read in this way."""
    return cache_entries.place(
        _KIND,
        path.name,
        own_identity("header/*.py", "ir/*.py"),
        compiler.identity,
        _program(compiler.command[0], os.environ.get("PATH", "")),
        *(f"{name}={os.environ.get(name, '')}" for name in _VARIABLES.split()),
        str(Path.cwd()),
        str(path),
        *map(str, map(Path.absolute, include_dirs)),
        "",
        *(f"{name}={value}" for name, value in defines.items()),
    )


def load(place: CachePlace) -> tuple[Stamps, object] | None:
    """Return what was stored with its stamps, or None when there is nothing that can be trusted."""
    found = cache_entries.load(place)
    try:
        stamps, content = found
        return Stamps.of(stamps), content
    except (ValueError, TypeError):
        return None


def save(place: CachePlace, stamps: Stamps, content: object) -> None:
    """Store `content`, which is made of what `marshal` knows."""
    cache_entries.save(place, (stamps.plain(), content))


@cache
def _program(command: str, path: str) -> str:
    found = shutil.which(command, path=path)
    if found is None:
        return ""
    real = Path(found).resolve()
    facts = real.stat()
    return f"{real} {facts.st_size} {facts.st_mtime_ns}"
