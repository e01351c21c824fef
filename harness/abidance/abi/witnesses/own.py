"""Which files belong to the project whose header is looked at, and which to the system or to others."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from pathlib import Path

_SYSTEM = tuple(
    Path(name)
    for name in (
        "/usr/include",
        "/usr/local/include",
        "/usr/lib",
        "/usr/lib64",
        "/usr/local/lib",
        "/lib",
        "/opt",
    )
)


@dataclass(frozen=True, slots=True)
class Own:
    """Tells own files from others. Paths are absolute.

    The header's own folder and what is below it are the project's, and so is an include directory in which the
    header lies. A header that lies in a system directory among those of everybody is alone.
    """

    header: Path
    include_dirs: tuple[Path, ...] = ()

    def has(self, path: Path) -> bool:
        """Tell whether a declaration in this file is the project's own."""
        return _has(self, path)


@functools.cache  # thousands of declarations stand in a handful of files
def _has(own: Own, path: Path) -> bool:
    path = _plain(path)
    header = _plain(own.header)
    if path == header:
        return True
    system = _system(path)
    if system is not None and system != _system(header):
        return False
    folder = header.parent
    shared = folder in _SYSTEM or (folder.parent in _SYSTEM and "-linux-" in folder.name)
    if shared:
        return False
    roots = [folder, *(each for each in map(_plain, own.include_dirs) if header.is_relative_to(each))]
    return any(path.is_relative_to(root) for root in roots)


def _system(path: Path) -> Path | None:
    return next((each for each in _SYSTEM if path.is_relative_to(each)), None)


def _plain(path: Path) -> Path:
    return Path(os.path.normpath(path.absolute()))
