"""The installed library that a header is about: the one that exports most of its functions."""

from __future__ import annotations

import os
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.core.errors import AbidanceError
from abidance.toolchain.elf import read_library
from abidance.toolchain.elf_image import open_image
from abidance.toolchain.ld_so import search_directories

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_ENOUGH, _PART, _FEWEST = 0.5, 0.25, 8
"""The share of a header's functions that a library has to export to be the one, or so many and a smaller share.

A header may declare the functions of several libraries, such as one for each width of a character.
"""
_SCRIPT = 4096
_NAMED = re.compile(rb"[\w./+-]+\.so(?:\.\d+)*")
_ASKED = 8
"""Names that are looked for in the bytes of a file before it is read as a library."""


@dataclass(frozen=True, slots=True)
class InstalledLibrary:
    """A library of the system: its name as `-l` has it, its file, and how many of the functions it exports."""

    name: str
    path: Path
    exported: int


def installed_library(functions: Sequence[str]) -> InstalledLibrary | None:
    """Return the library of the system that exports these functions, or None; nothing is loaded."""
    if not functions:
        return None
    wanted = frozenset(functions)
    step = max(len(functions) // _ASKED, 1)
    probes = [f"\0{name}\0".encode() for name in functions[::step]]
    best: InstalledLibrary | None = None
    for name, path in _development_links():
        if not _mentions(path, probes):
            continue
        try:
            facts = read_library(path)
        except AbidanceError:
            continue
        found = InstalledLibrary(name, facts.path, len(wanted & facts.exports))
        if best is None or (found.exported, -len(found.name)) > (best.exported, -len(best.name)):
            best = found
    share = _PART if best is not None and best.exported >= _FEWEST else _ENOUGH
    return best if best is not None and best.exported >= share * len(functions) else None


def _development_links() -> Iterator[tuple[str, Path]]:
    """Yield what `-l` would find: files without a version, each target once."""
    seen: set[Path] = set()
    for directory in search_directories():
        for path in sorted(directory.glob("lib*.so"), key=lambda each: (len(each.name), each.name)):
            target = _linked_by(path).resolve()
            if target not in seen:
                seen.add(target)
                yield path.name.removeprefix("lib").removesuffix(".so"), target


def _linked_by(path: Path) -> Path:
    """Return the first library that a linker script names, as `INPUT(libncurses.so.6 -ltinfo)`; others as they are."""
    try:
        with path.open("rb") as file:
            beginning = file.read(_SCRIPT)
    except OSError:
        return path
    named = None if beginning.startswith(b"\x7fELF") else _NAMED.search(beginning)
    return path.parent / os.fsdecode(named[0]) if named is not None else path


def _mentions(path: Path, names: Sequence[bytes]) -> bool:
    """Tell whether enough of the names are among the strings that a library's symbols have to read them all."""
    try:
        with path.open("rb") as file:
            strings = open_image(file).names
    except (OSError, ValueError, struct.error, IndexError):
        return False  # a linker script, or no library
    return sum(name in strings for name in names) >= _PART * len(names)
