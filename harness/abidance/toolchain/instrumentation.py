"""Whether a library's code was compiled for the sanitizers that it is linked with."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from abidance.core.errors import AbidanceError
from abidance.toolchain.dwarf.flags import compiled_with
from abidance.toolchain.elf import is_compiled_for, read_library

if TYPE_CHECKING:
    from pathlib import Path


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
    return sanitizer == "ubsan" and any("ubsan" in unit for unit in compiled_with(library))
