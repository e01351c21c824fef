"""Where a library's source defines what it exports, as far as its debug information tells."""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import TYPE_CHECKING

from abidance.core.span import Span
from abidance.toolchain.elf_exports import exports_of
from abidance.toolchain.elf_image import open_image
from abidance.toolchain.symbolize import symbolize

if TYPE_CHECKING:
    from pathlib import Path


@lru_cache(maxsize=256)
def defined_at(library: Path, symbol: str) -> Span | None:
    """Return the line on which the exported function begins; None where nobody knows or the file is not here.

    The first instruction of a function belongs to the line that opens it. Nothing is raised.
    """
    try:
        with library.open("rb") as file:
            exports = [each for each in exports_of(open_image(file), symbol.__eq__) if each.callable]
    except (OSError, ValueError, struct.error):
        return None
    for export in exports[:1]:
        # What was inlined at its very beginning comes first, the function itself last.
        for frame in reversed(symbolize(library, [export.address])[0]):
            if frame.file is not None and frame.line and frame.file.is_file():
                return Span.at(frame.file.resolve() if ".." in frame.file.parts else frame.file, frame.line)
    return None
