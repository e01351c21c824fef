"""The cache of a CMake build tree: what the user chose, and which compilers CMake took."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_ENTRY = re.compile(r'^("(?:[^"\\]|\\.)*"|[^:=#/][^:=]*):([A-Z]+)=(.*)$')
_NOT_CHOSEN = frozenset({"INTERNAL", "STATIC"})
_OURS = re.compile(
    r"CMAKE_(BUILD_TYPE|CONFIGURATION_TYPES|MAKE_PROGRAM|GENERATOR.*|INSTALL_PREFIX)$"
    r"|CMAKE_\w+_FLAGS_(DEBUG|RELWITHDEBINFO|RELEASE|MINSIZEREL)$|CMAKE_[A-Z]+_LINKER_FLAGS_\w+$"
)
"""What a build of a library decides, and no project."""


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """A variable's type, such as ``BOOL``, and its value."""

    kind: str
    value: str


def entries(tree: Path) -> dict[str, CacheEntry]:
    """Return the cache of a build tree by variable; nothing where there is none."""
    try:
        lines = (tree / "CMakeCache.txt").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return {}
    found = (_ENTRY.match(line) for line in lines if line[:1] not in {"#", "/"})
    return {entry[1].strip('"'): CacheEntry(entry[2], entry[3]) for entry in found if entry}


def chosen(tree: Path, project: Path) -> dict[str, str]:
    """Return what configures `project` again as `tree` is configured, as ``NAME:TYPE`` and value.

    Empty where the tree is of another project. What lies in the tree is left out: it is made anew, and so are the
    flags by which builds differ.
    """
    known = entries(tree)
    home = known.get("CMAKE_HOME_DIRECTORY")
    if home is None or not project.is_dir() or not project.samefile(home.value):
        return {}
    inside = str(tree)
    return {
        name if entry.kind == "UNINITIALIZED" else f"{name}:{entry.kind}": entry.value
        for name, entry in known.items()
        if entry.kind not in _NOT_CHOSEN
        and not _OURS.match(name)
        and not entry.value.endswith("-NOTFOUND")
        and inside not in entry.value
    }
