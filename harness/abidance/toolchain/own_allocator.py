"""Whether a library has an allocator linked into it that only its table of all symbols names."""

from __future__ import annotations

import functools
import struct
from typing import TYPE_CHECKING

from abidance.toolchain.elf_image import open_image, string_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from abidance.toolchain.elf_image import Image

_ALLOCATORS = ("malloc", "calloc", "realloc")
_SYMTAB, _FUNCTION = 2, 2


@functools.lru_cache(64)
def own_allocator(library: Path) -> str:
    """Return the name of an allocator that the library defines and nobody outside can stand in for; empty without one.

    Such a definition is hidden or static, so the dynamic linker knows nothing of it. A stripped library tells nothing.
    """
    try:
        with library.open("rb") as file:
            image = open_image(file)
            if any(symbol.name in _ALLOCATORS for symbol in image.symbols()):
                return ""  # the dynamic linker binds it, and what came of that shows in the process
            return next(_defined(image), "")
    except (OSError, ValueError, struct.error, IndexError):
        return ""


def _defined(image: Image) -> Iterator[str]:
    entry = struct.Struct(image.order + ("IBBHQQ" if image.bits == 64 else "IIIBBH"))
    for section in image.sections:
        if section.kind != _SYMTAB or section.link >= len(image.sections):
            continue
        names = image.part(image.sections[section.link].offset, image.sections[section.link].size)
        if not any(b"\0" + name.encode() + b"\0" in names for name in _ALLOCATORS):
            continue
        rows = image.part(section.offset, section.size - section.size % entry.size)
        for row in entry.iter_unpack(rows):
            told, where = (row[1], row[3]) if image.bits == 64 else (row[3], row[5])
            if told & 15 == _FUNCTION and where != 0 and (name := string_at(names, row[0])) in _ALLOCATORS:
                yield name
