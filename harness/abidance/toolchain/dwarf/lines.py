"""Names of the source files that declarations refer to, from the header of a unit's line table (DWARF 5, 6.2.4)."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.toolchain.dwarf.abbreviations import uleb
from abidance.toolchain.dwarf.names import At, Form

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.toolchain.dwarf.forms import Value
    from abidance.toolchain.dwarf.unit import CompileUnit

_PATH, _DIRECTORY = 1, 2
_NUMBERS = {Form.DATA1, Form.DATA2, Form.DATA4, Form.DATA8, Form.UDATA}
_Row = tuple["Value", int]


class Files:
    """The files of one line table by the number that DW_AT_decl_file has. Paths are made when they are asked for."""

    def __init__(
        self, unit: CompileUnit, home: str, folders: Sequence[Value], files: Sequence[_Row | None]
    ) -> None:
        self._unit, self._home, self._folders, self._files = unit, home, folders, files
        self._paths: dict[int, Path] = {}

    def get(self, number: int) -> Path | None:
        """Return a file's path, or None for a number without one; relative ones are under the unit's directory."""
        known = self._paths.get(number)
        if known is not None:
            return known
        row = self._files[number] if number < len(self._files) else None
        if row is None:
            return None
        name, folder = self._unit.text(row[0]), row[1]
        place = self._unit.text(self._folders[folder]) if folder < len(self._folders) else ""
        self._paths[number] = found = Path(self._home, place, name)
        return found

    @property
    def home(self) -> Path:
        """Return the folder that the compiler ran in."""
        return Path(self._home)

    def paths(self) -> Iterator[Path]:
        """Yield all of them."""
        found = (self.get(number) for number in range(len(self._files)))
        yield from (path for path in found if path is not None)


def files_of(unit: CompileUnit) -> Files | None:
    """Return the unit's files, or None where it has no line table."""
    # A split unit uses its skeleton's table; only type units in such a file have one there.
    owner = unit.skeleton or unit
    offset = owner.top.number(At.STMT_LIST)
    section = "line" + owner.file.suffix
    if offset is None or section not in owner.file.sections:
        return None
    if owner.file.suffix:
        offset += owner.contributions.get("line", 0)
    return _read(owner, owner.file.sections.whole(section), offset)


def _read(unit: CompileUnit, data: bytes, at: int) -> Files:
    order = unit.file.order
    home = unit.top.text(At.COMP_DIR) or "/"
    (length,) = struct.unpack_from(order + "I", data, at)
    long = length == 0xFFFFFFFF
    at += 12 if long else 4
    (version,) = struct.unpack_from(order + "H", data, at)
    at += 2 + (2 if version >= 5 else 0) + (8 if long else 4)
    at += 4 + (1 if version >= 4 else 0)  # up to and with line_range
    at += data[at]  # opcode_base and the lengths, one fewer than it says
    if version < 5:
        return Files(unit, home, *_old(data, at))
    folders, at = _table(unit, data, at)
    files, _ = _table(unit, data, at)
    return Files(unit, home, [name for name, _ in folders], files)


def _old(data: bytes, at: int) -> tuple[list[Value], list[_Row | None]]:
    """Read the lists that DWARF 2 to 4 have; their numbers begin at 1."""
    folders: list[Value] = [""]
    while data[at]:
        text, at = _text(data, at)
        folders.append(text)
    at += 1
    files: list[_Row | None] = [None]
    while data[at]:
        text, at = _text(data, at)
        place, at = uleb(data, at)
        _, at = uleb(data, at)
        _, at = uleb(data, at)
        files.append((text, place))
    return folders, files


def _table(unit: CompileUnit, data: bytes, at: int) -> tuple[list[_Row], int]:
    count, at = data[at], at + 1
    columns = []
    for _ in range(count):
        kind, at = uleb(data, at)
        form, at = uleb(data, at)
        read = unit.readers.get(form)
        if read is None or (kind == _DIRECTORY and form not in _NUMBERS):
            raise ValueError("a line table has a form that is not known")
        columns.append((kind, read))
    count, at = uleb(data, at)
    if not columns or count > len(data):
        return [], at
    rows: list[_Row] = []
    for _ in range(count):
        name: Value = ""
        place = 0
        for kind, read in columns:
            value, at = read(data, at)
            if kind == _PATH:
                name = value
            elif kind == _DIRECTORY:
                place = value  # type: ignore[assignment]
        if at > len(data):
            raise ValueError("a line table ends too early")
        rows.append((name, place))
    return rows, at


def _text(data: bytes, at: int) -> tuple[str, int]:
    end = data.index(b"\0", at)
    return data[at:end].decode("utf-8", "backslashreplace"), end + 1
