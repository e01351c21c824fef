"""Names of the source files that declarations refer to, from the header of a unit's line table (DWARF 5, 6.2.4)."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.toolchain.dwarf.abbreviations import uleb
from abidance.toolchain.dwarf.names import At, Form

if TYPE_CHECKING:
    from abidance.toolchain.dwarf.forms import Value
    from abidance.toolchain.dwarf.unit import Unit

_PATH, _DIRECTORY = 1, 2


def files_of(unit: Unit) -> list[Path | None]:
    """Return the unit's files by the number that DW_AT_decl_file has; relative ones are under its directory."""
    # A split unit uses its skeleton's table; only type units in such a file have one there.
    owner = unit.skeleton or unit
    offset = owner.top.number(At.STMT_LIST)
    section = "line" + owner.file.suffix
    file = owner.file
    if offset is None or section not in file.sections:
        return []
    if owner.file.suffix:
        offset += owner.contributions.get("line", 0)
    home = Path(owner.top.text(At.COMP_DIR) or "/")
    return _Header(owner, file.sections.whole(section), offset, home).files


class _Header:
    def __init__(self, unit: Unit, data: bytes, at: int, home: Path) -> None:
        self._unit, self._data, self._home = unit, data, home
        order = unit.file.order
        (length,) = struct.unpack_from(order + "I", data, at)
        at += 4
        if length == 0xFFFFFFFF:
            at += 8
        self._size = 8 if length == 0xFFFFFFFF else 4
        (version,) = struct.unpack_from(order + "H", data, at)
        at += 2 + (2 if version >= 5 else 0) + self._size
        at += 4 + (1 if version >= 4 else 0)  # up to and with line_range
        at += data[at]  # opcode_base and the lengths, one fewer than it says
        self.files: list[Path | None] = self._new(at) if version >= 5 else self._old(at)

    def _old(self, at: int) -> list[Path | None]:
        places = [self._home]
        while self._data[at]:
            text, at = self._text(at)
            places.append(self._home / text)
        at += 1
        found: list[Path | None] = [None]  # numbers begin at 1
        while self._data[at]:
            text, at = self._text(at)
            place, at = uleb(self._data, at)
            _, at = uleb(self._data, at)
            _, at = uleb(self._data, at)
            found.append(places[place] / text if place < len(places) else Path(text))
        return found

    def _new(self, at: int) -> list[Path | None]:
        rows, at = self._table(at)
        places = [self._home / str(row.get(_PATH, "")) for row in rows]
        rows, at = self._table(at)
        found: list[Path | None] = []
        for row in rows:
            place = row.get(_DIRECTORY, 0)
            under = places[place] if isinstance(place, int) and place < len(places) else self._home
            found.append(under / str(row.get(_PATH, "")))
        return found

    def _table(self, at: int) -> tuple[list[dict[int, Value]], int]:
        count, at = self._data[at], at + 1
        columns = []
        for _ in range(count):
            kind, at = uleb(self._data, at)
            form, at = uleb(self._data, at)
            columns.append((kind, form))
        count, at = uleb(self._data, at)
        rows: list[dict[int, Value]] = []
        for _ in range(count):
            row: dict[int, Value] = {}
            for kind, form in columns:
                value, at = self._value(form, at)
                row[kind] = self._unit.text(value) if kind == _PATH else value
            rows.append(row)
            if not columns or at > len(self._data):
                break
        return rows, at

    def _value(self, form: int, at: int) -> tuple[Value, int]:
        if form == Form.DATA16:
            return 0, at + 16
        read = self._unit.readers.get(form)
        if read is None:
            raise ValueError("a line table has a form that is not known")
        return read(self._data, at)

    def _text(self, at: int) -> tuple[str, int]:
        end = self._data.index(b"\0", at)
        return self._data[at:end].decode("utf-8", "backslashreplace"), end + 1
