"""Whether a library's code was compiled for the sanitizers that it is linked with."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from abidance.core.errors import AbidanceError
from abidance.toolchain.dwarf.flags import noted_options
from abidance.toolchain.elf import is_compiled_for, read_library

if TYPE_CHECKING:
    from pathlib import Path


def left_out(library: Path, sanitizer: str) -> tuple[str, ...]:
    """Return the source files of a library that are not compiled for a sanitizer, where others of its files are."""
    units = noted_options(library)
    if not any(sanitizer in unit.sanitizers for unit in units):
        return ()
    return tuple(dict.fromkeys(unit.name for unit in units if sanitizer not in unit.sanitizers))


@functools.lru_cache(256)
def is_instrumented(library: Path, sanitizer: str) -> bool:
    """Tell whether some code of the library reports to a sanitizer.

    Code without anything to check carries no sign of UBSan, and then the options count that the compiler has noted.
    """
    try:
        facts = read_library(library)
    except AbidanceError:
        return False
    if is_compiled_for(facts, sanitizer):
        return True
    return sanitizer == "ubsan" and any("ubsan" in unit.sanitizers for unit in noted_options(library))
