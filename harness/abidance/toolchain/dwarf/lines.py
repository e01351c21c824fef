"""A unit's line table (DWARF 5, 6.2): the files that declarations refer to, and the line of an address."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from abidance.toolchain.dwarf.abbreviations import sleb, uleb
from abidance.toolchain.dwarf.names import At, Form

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.toolchain.dwarf.forms import Value
    from abidance.toolchain.dwarf.unit import CompileUnit

_PATH, _DIRECTORY = 1, 2
_ENDED = -1
_NUMBERS = {Form.DATA1, Form.DATA2, Form.DATA4, Form.DATA8, Form.UDATA}
_FileRow = tuple["Value", int]


class Files:
    """The files of one line table by the number that DW_AT_decl_file has. Paths are made when they are asked for."""

    def __init__(
        self, unit: CompileUnit, home: str, folders: Sequence[Value], files: Sequence[_FileRow | None]
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


class LineRow(NamedTuple):
    """From `address` on, code is of this line, until the next row."""

    address: int
    file: int
    line: int
    column: int


class LineTable(NamedTuple):
    """A line table: its files, and the program that tells its rows, from `at` to `end` of `data`."""

    files: Files
    data: bytes
    at: int
    end: int
    step: int
    base: int
    range: int
    operands: bytes
    """How many numbers follow each of the standard opcodes, from 1 on."""
    order: Literal["little", "big"]

    def row_of(self, address: int) -> LineRow | None:
        """Return the row that an address belongs to, or None where the table says nothing of it."""
        before: LineRow | None = None
        for row in self._rows():
            if before is not None and before.address <= address < row.address:
                return before
            before = row if row.line != _ENDED else None
        return None

    def _rows(self) -> Iterator[LineRow]:
        """Yield the rows of the program (DWARF 5, 6.2.5), and where a sequence ends one whose line is `_ENDED`."""
        data, at = self.data, self.at
        first = len(self.operands) + 1
        address, file, line, column = 0, 1, 1, 0
        while at < self.end:
            code, at = data[at], at + 1
            if code >= first:
                code -= first
                address += code // self.range * self.step
                line += self.base + code % self.range
                yield LineRow(address, file, line, column)
            elif code == 0:
                size, at = uleb(data, at)
                if data[at] == 1:
                    yield LineRow(address, file, _ENDED, column)
                    address, file, line, column = 0, 1, 1, 0
                elif data[at] == 2:
                    address = int.from_bytes(data[at + 1 : at + size], self.order)
                at += size
            elif code == 1:
                yield LineRow(address, file, line, column)
            elif code == 3:
                change, at = sleb(data, at)
                line += change
            elif code == 8:
                address += (255 - first) // self.range * self.step
            elif code == 9:
                address += int.from_bytes(data[at : at + 2], self.order)
                at += 2
            else:
                number = 0
                for _ in range(self.operands[code - 1]):
                    number, at = uleb(data, at)
                if code == 2:
                    address += number * self.step
                elif code == 4:
                    file = number
                elif code == 5:
                    column = number


def files_of(unit: CompileUnit) -> Files | None:
    """Return the unit's files, or None where it has no line table."""
    table = line_table(unit)
    return table.files if table else None


def line_table(unit: CompileUnit) -> LineTable | None:
    """Return the unit's line table, or None where it has none."""
    # A split unit uses its skeleton's table; only type units in such a file have one there.
    owner = unit.skeleton or unit
    offset = owner.top.number(At.STMT_LIST)
    section = "line" + owner.file.suffix
    if offset is None or section not in owner.file.sections:
        return None
    if owner.file.suffix:
        offset += owner.contributions.get("line", 0)
    return _read(owner, owner.file.sections.whole(section), offset)


def _read(unit: CompileUnit, data: bytes, at: int) -> LineTable:
    order = unit.file.order
    (length,) = struct.unpack_from(order + "I", data, at)
    offset = "I"
    at += 4
    if length == 0xFFFFFFFF:
        offset = "Q"
        (length,) = struct.unpack_from(order + "Q", data, at)
        at += 8
    end = min(at + length, len(data))
    (version,) = struct.unpack_from(order + "H", data, at)
    at += 4 if version >= 5 else 2  # with the sizes of an address and a segment
    (header,) = struct.unpack_from(order + offset, data, at)
    at += struct.calcsize(offset)
    program = at + header
    step, base, range_ = data[at], *struct.unpack_from("bB", data, at + (3 if version >= 4 else 2))
    at += 5 if version >= 4 else 4
    operands = data[at + 1 : at + data[at]]  # opcode_base is one more than there are
    at += data[at]
    home = unit.top.text(At.COMP_DIR) or "/"
    if version < 5:
        files = Files(unit, home, *_old(data, at))
    else:
        folders, at = _table(unit, data, at)
        rows, _ = _table(unit, data, at)
        files = Files(unit, home, [name for name, _ in folders], rows)
    return LineTable(files, data, program, end, step, base, range_, operands, unit.file.byte_order)


def _old(data: bytes, at: int) -> tuple[list[Value], list[_FileRow | None]]:
    """Read the lists that DWARF 2 to 4 have; their numbers begin at 1."""
    folders: list[Value] = [""]
    while data[at]:
        text, at = _text(data, at)
        folders.append(text)
    at += 1
    files: list[_FileRow | None] = [None]
    while data[at]:
        text, at = _text(data, at)
        place, at = uleb(data, at)
        _, at = uleb(data, at)
        _, at = uleb(data, at)
        files.append((text, place))
    return folders, files


def _table(unit: CompileUnit, data: bytes, at: int) -> tuple[list[_FileRow], int]:
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
    rows: list[_FileRow] = []
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
