"""The libraries that a library needs, in the order in which their constructors run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.errors import CannotJudgeError
from abidance.toolchain.elf import read_library
from abidance.toolchain.ld_so import search_directories

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_EVERYBODYS = (
    "libc.so",
    "libm.so",
    "libdl.so",
    "libpthread.so",
    "librt.so",
    "libgcc_s.so",
    "ld-linux",
    "libstdc++.so",
)
_RUNTIMES = ("libasan.so", "libubsan.so", "libtsan.so", "liblsan.so", "libclang_rt.")


def needed_libraries(library: Path, further: Sequence[Path] = ()) -> tuple[Path, ...]:
    """Return what a library needs, directly or not, those first that need nothing; `further` is where to look as well.

    The C library and its like are left out, and so is what is not found.
    """
    found: dict[Path, None] = {}
    _gather(library, tuple(further), found, {library})
    return tuple(found)


def c_library(library: Path) -> Path | None:
    """Return the C library that a library needs: what that exports, every program that is linked with it can call."""
    name = next((name for name in read_library(library).needed if name.startswith("libc.")), None)
    folders = search_directories() if name else ()
    return next((folder / name for folder in folders if (folder / name).is_file()), None) if name else None


def _gather(library: Path, further: tuple[Path, ...], found: dict[Path, None], seen: set[Path]) -> None:
    try:
        facts = read_library(library)
    except CannotJudgeError:
        return
    origin = str(library.resolve().parent)
    own = [place.replace("${ORIGIN}", origin).replace("$ORIGIN", origin) for place in facts.runpath]
    folders = (*(library.parent / place for place in own), *further, *search_directories())
    for name in facts.needed:
        if name.startswith((*_EVERYBODYS, *_RUNTIMES)):
            continue
        path = next((folder / name for folder in folders if (folder / name).is_file()), None)
        if path is None or path in seen:
            continue
        seen.add(path)
        _gather(path, further, found, seen)
        found[path] = None
