"""The source files that a library's debug information names."""

from __future__ import annotations

import contextlib
import struct
from typing import TYPE_CHECKING

from abidance.toolchain.dwarf.lines import files_of
from abidance.toolchain.dwarf.sections import UnreadableError
from abidance.toolchain.dwarf.separate import DebugFileOpener, debug_information

if TYPE_CHECKING:
    from pathlib import Path

_UNREADABLE = (OSError, ValueError, LookupError, struct.error, UnreadableError)


def source_files(library: Path) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Return the files that are still where the compiler read them, and the folders in which it ran."""
    found: set[Path] = set()
    folders: set[Path] = set()
    with contextlib.suppress(*_UNREADABLE), DebugFileOpener(library) as opener:
        information = debug_information(opener, opener.image(library), library)
        for unit in information[0].units if information else ():
            # A unit whose line table is damaged leaves the others their files.
            with contextlib.suppress(*_UNREADABLE):
                if files := files_of(unit):
                    folders.add(files.home)
                    found.update(files.paths())
    return tuple(sorted(path for path in found if path.is_file())), tuple(sorted(folders))
