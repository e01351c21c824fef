"""With which options a library's units were compiled, as compilers note them: sanitizers, and what changes layouts."""

from __future__ import annotations

import contextlib
import functools
import re
import struct
from typing import TYPE_CHECKING, NamedTuple

from abidance.toolchain.dwarf.names import C_LANGUAGES, CXX_LANGUAGES, At
from abidance.toolchain.dwarf.sections import UnreadableError
from abidance.toolchain.dwarf.separate import DebugFileOpener, debug_information

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_UNREADABLE = (OSError, ValueError, LookupError, struct.error, UnreadableError)
_OPTION = re.compile(r"(?<= )-f(no-)?sanitize=(\S+)")
_LAYOUT = re.compile(
    r"(?<= )(-f(?:no-)?(?:short-enums|short-wchar|pack-struct(?:=\d+)?|pcc-struct-return|reg-struct-return)"
    r"|-m(?:no-)?(?:ms-bitfields|long-double-\d+|align-double))(?= |$)"
)
_NOTED = re.compile(r" -[gOfm]")
_OF_OTHERS = {"address": "asan", "thread": "tsan", "memory": "msan"}


class UnitOptions(NamedTuple):
    """What a unit's compiler has noted: the source file, and the options as one text."""

    name: str
    options: str

    @property
    def sanitizers(self) -> frozenset[str]:
        """Return the sanitizers that it is compiled for."""
        return _sanitizers(self.options)

    @property
    def layout_options(self) -> dict[str, str]:
        """Return the options by which records and enums lie otherwise in memory, the last of each kind."""
        return layout_options(self.options)


@functools.lru_cache(64)
def noted_options(library: Path) -> tuple[UnitOptions, ...]:
    """Return the options of each C and C++ unit whose compiler has noted them; none where none has."""
    with contextlib.suppress(*_UNREADABLE), DebugFileOpener(library) as opener:
        return tuple(_units(opener, library))
    return ()


def layout_options(options: str) -> dict[str, str]:
    """Return by its kind what in a compiler's options changes layouts ("Code Generation Options", GCC manual)."""
    found: dict[str, str] = {}
    for option in _LAYOUT.findall(f" {options}"):
        kind = option.partition("=")[0].replace("-fno-", "-f").replace("-mno-", "-m")
        found.pop(kind, None)
        if kind == option.partition("=")[0]:
            found[kind] = option
    return found


def _units(opener: DebugFileOpener, library: Path) -> Iterator[UnitOptions]:
    information = debug_information(opener, opener.image(library), library)
    for unit in information[0].units if information else ():
        with contextlib.suppress(*_UNREADABLE):
            if unit.top.number(At.LANGUAGE) not in C_LANGUAGES | CXX_LANGUAGES:
                continue
            producer = unit.top.text(At.PRODUCER)
            if _NOTED.search(producer):
                yield UnitOptions(unit.top.text(At.NAME), producer)


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
