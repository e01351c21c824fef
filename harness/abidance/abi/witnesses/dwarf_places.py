"""Where declarations stand in the source, as the compiler saw its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.span import Span
from abidance.toolchain.dwarf.lines import files_of
from abidance.toolchain.dwarf.names import At

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.toolchain.dwarf.unit import Entry


class Places:
    """Reads the list of a unit's files once, and not at all while nobody asks."""

    def __init__(self, *, asked: bool = True) -> None:
        self._asked = asked
        self._files: dict[int, list[Path | None]] = {}

    def of(self, entry: Entry) -> Span | None:
        """Return where the entry is declared, or None where that is not told."""
        if not self._asked:
            return None
        line, number = entry.number(At.DECL_LINE), entry.number(At.DECL_FILE)
        if not line or number is None:
            return None
        unit = entry.unit
        if id(unit) not in self._files:
            try:
                self._files[id(unit)] = files_of(unit)
            except (ValueError, IndexError):  # a declaration without its place is better than none
                self._files[id(unit)] = []
        files = self._files[id(unit)]
        path = files[number] if number < len(files) else None
        return Span.at(path, line) if path is not None else None
