"""Where declarations stand in the source, as the compiler saw its path."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from abidance.core.span import Span
from abidance.toolchain.dwarf.lines import files_of
from abidance.toolchain.dwarf.names import At

if TYPE_CHECKING:
    from abidance.toolchain.dwarf.lines import Files
    from abidance.toolchain.dwarf.unit import CompileUnit, DebugEntry


class UnitFiles:
    """Reads the list of a unit's files once, and not at all while nobody asks."""

    def __init__(self, *, asked: bool = True) -> None:
        self._asked = asked
        self._files: dict[CompileUnit, Files | None] = {}
        self._known: dict[tuple[CompileUnit, int, int], Span | None] = {}

    def of(self, entry: DebugEntry) -> Span | None:
        """Return where the entry is declared, or None where that is not told."""
        if not self._asked:
            return None
        line, number = entry.number(At.DECL_LINE), entry.number(At.DECL_FILE)
        if not line or number is None:
            return None
        unit = entry.unit
        key = unit, number, line
        if key not in self._known:  # most parameters stand on one line with others
            self._known[key] = self._at(*key)
        return self._known[key]

    def _at(self, unit: CompileUnit, number: int, line: int) -> Span | None:
        try:
            if unit not in self._files:
                self._files[unit] = files_of(unit)
            files = self._files[unit]
            path = files.get(number) if files is not None else None
        except (ValueError, IndexError, struct.error):  # a declaration without its place is better than none
            return None
        return Span.at(path, line) if path is not None else None
