"""With which sanitizers a library's units were compiled, as compilers note it among their options."""

from __future__ import annotations

import contextlib
import re
import struct
from typing import TYPE_CHECKING

from abidance.toolchain.dwarf.names import C_LANGUAGES, CXX_LANGUAGES, At
from abidance.toolchain.dwarf.sections import UnreadableError
from abidance.toolchain.dwarf.separate import DebugFileOpener, debug_information

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_UNREADABLE = (OSError, ValueError, LookupError, struct.error, UnreadableError)
_OPTION = re.compile(r"(?<= )-f(no-)?sanitize=(\S+)")
_NOTED = re.compile(r" -[gOfm]")
_OF_OTHERS = {"address": "asan", "thread": "tsan", "memory": "msan"}


def compiled_with(library: Path) -> tuple[frozenset[str], ...]:
    """Return the sanitizers of each C and C++ unit whose compiler has noted its options; none where none has."""
    with contextlib.suppress(*_UNREADABLE), DebugFileOpener(library) as opener:
        return tuple(_units(opener, library))
    return ()


def _units(opener: DebugFileOpener, library: Path) -> Iterator[frozenset[str]]:
    information = debug_information(opener, opener.image(library), library)
    for unit in information[0].units if information else ():
        with contextlib.suppress(*_UNREADABLE):
            if unit.top.number(At.LANGUAGE) not in C_LANGUAGES | CXX_LANGUAGES:
                continue
            producer = unit.top.text(At.PRODUCER)
            if _NOTED.search(producer):
                yield _sanitizers(producer)


def _sanitizers(options: str) -> frozenset[str]:
    """Return what is left of the sanitizers when later options have their say."""
    on: set[str] = set()
    for negated, names in _OPTION.findall(options):
        for name in names.split(","):
            if name == "all" and negated:
                on.clear()
            elif negated:
                on.discard(name)
            else:
                on.add(name)
    return frozenset(_OF_OTHERS.get(name, "ubsan") for name in on)
