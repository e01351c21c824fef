"""The debug information of one ELF file: its units, and what references between them mean."""

from __future__ import annotations

import struct
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from abidance.toolchain.dwarf.abbreviations import Abbreviations
from abidance.toolchain.dwarf.names import UnitType
from abidance.toolchain.dwarf.package import contributions
from abidance.toolchain.dwarf.sections import Sections, UnreadableError
from abidance.toolchain.dwarf.unit import CompileUnit, DebugEntry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.toolchain.elf_image import Image


class DwarfFile:
    """Debug information of `image`. `alternate` is the file that dwz moved shared entries and strings to.

    `suffix` is ``.dwo`` for split debug information. Raises ValueError, IndexError or struct.error where the
    file is damaged, then or later, and UnreadableError where it uses what is not read here.
    """

    def __init__(self, image: Image, alternate: DwarfFile | None = None, suffix: str = "") -> None:
        self.sections = Sections(image)
        self.order = image.order
        self.byte_order: Literal["little", "big"] = "little" if image.order == "<" else "big"
        self.alternate = alternate
        self.suffix = suffix
        self._abbreviations: Abbreviations | None = None
        self._known: dict[tuple[str, int], CompileUnit] = {}

    def close(self) -> None:
        """Let go of all that was read.

        Units and their entries know each other and the file, and the gate runs without a collector of garbage.
        """
        for unit in self._known.values():
            unit.close()
        self._known.clear()
        self.__dict__.pop("units", None)
        self.__dict__.pop("type_units", None)

    def __bool__(self) -> bool:
        return "info" + self.suffix in self.sections

    @cached_property
    def units(self) -> list[CompileUnit]:
        """All units of ``.debug_info``, in order."""
        return list(self._walk("info" + self.suffix))

    @cached_property
    def type_units(self) -> Mapping[int, CompileUnit]:
        """Units that hold one type each, by signature."""
        older = self._walk("types" + self.suffix) if "types" + self.suffix in self.sections else ()
        return {
            unit.signature: unit
            for unit in (*self.units, *older)
            if unit.signature is not None and unit.is_type_unit
        }

    def entry(self, kind: str, value: int) -> DebugEntry:
        """Return the entry that a reference out of a unit means."""
        if kind == "info":
            unit = self.unit_at(value)
            return unit.entry(value - unit.start)
        if kind == "signature":
            typed = self.type_units.get(value)
            if typed is None:
                raise UnreadableError("the type unit of a type is not in the file")
            return typed.entry(typed.type_offset)
        if kind == "alt":
            if self.alternate is None:
                raise UnreadableError("the file that dwz moved shared entries to is not there")
            return self.alternate.entry("info", value)
        raise ValueError(f"`{kind}` is no reference")

    def unit_at(self, offset: int) -> CompileUnit:
        """Return the unit that has the byte at `offset` of ``.debug_info``."""
        index = bisect_right(self._starts, offset) - 1
        if index < 0 or offset >= self.units[index].end:
            raise ValueError("a reference leads into no unit")
        return self.units[index]

    def string(self, kind: str, offset: int) -> str:
        """Return the string at `offset` of a table of strings: ``str``, ``line_str`` or ``alt``."""
        if kind == "alt":
            if self.alternate is None:
                raise UnreadableError("the file that dwz moved shared strings to is not there")
            return self.alternate.string("str", offset)
        data = self.sections.whole(kind + self.suffix if kind == "str" else kind)
        end = data.find(b"\0", offset)
        if end < 0 or offset < 0:
            raise ValueError("a name lies outside its table")
        return data[offset:end].decode("utf-8", "backslashreplace")

    def table(self, name: str, offset: int, size: int) -> bytes:
        """Return `size` bytes of a table that attributes index."""
        data = self.sections.whole(name + self.suffix if name != "addr" else name)
        part = data[offset : offset + size]
        if len(part) != size:
            raise ValueError(f"an index leads out of `.debug_{name}`")
        return part

    @cached_property
    def _starts(self) -> list[int]:
        return [unit.start for unit in self.units]

    def _walk(self, section: str) -> Iterator[CompileUnit]:
        at, total = 0, self.sections.size(section)
        packed = self._packed(section) if self.suffix else {}
        while at < total:
            unit = self.unit(section, at, packed.get(at))
            yield unit
            at = unit.end

    def _packed(self, section: str) -> Mapping[int, Mapping[str, int]]:
        """Return, by the start of a unit in a package, where its parts of other sections begin."""
        name = section.removesuffix(self.suffix)
        rows = [*contributions(self.sections, "cu_index").values()]
        rows += contributions(self.sections, "tu_index").values()
        return {row[name]: row for row in rows if name in row}

    def unit(self, section: str, at: int, contributions: Mapping[str, int] | None = None) -> CompileUnit:
        """Return the unit whose header is at `at` of a section (DWARF 5, 7.5.1)."""
        known = self._known.get((section, at))
        if known is None:
            known = self._known[section, at] = self._unit(section, at, contributions)
        return known

    def _unit(self, section: str, at: int, contributions: Mapping[str, int] | None) -> CompileUnit:
        order, moved = self.order, contributions or {}
        header = self.sections.part(section, at, 40).ljust(40, b"\0")
        length, offset_size, place = struct.unpack_from(order + "I", header)[0], 4, 4
        if length == 0xFFFFFFFF:
            length, offset_size, place = struct.unpack_from(order + "Q", header, 4)[0], 8, 12
        start, end = at, at + place + length
        if length < 7 or end > self.sections.size(section):
            raise ValueError("a unit ends after its section")
        (version,) = struct.unpack_from(order + "H", header, place)
        place += 2
        offset = "Q" if offset_size == 8 else "I"
        kind = UnitType.TYPE if section.startswith("types") else UnitType.COMPILE
        signature, type_offset = None, 0
        if not 2 <= version <= 5:
            raise UnreadableError(f"DWARF version {version} is not read")
        if version == 5:
            number, address_size, table = struct.unpack_from(f"{order}BB{offset}", header, place)
            kind = UnitType(number) if number in UnitType.__members__.values() else UnitType.COMPILE
            place += 2 + offset_size
        else:
            table, address_size = struct.unpack_from(f"{order}{offset}B", header, place)
            place += 1 + offset_size
        if kind in {UnitType.TYPE, UnitType.SPLIT_TYPE}:
            signature, type_offset = struct.unpack_from(f"{order}Q{offset}", header, place)
            place += 8 + offset_size
        elif kind in {UnitType.SKELETON, UnitType.SPLIT_COMPILE}:
            (signature,) = struct.unpack_from(order + "Q", header, place)
            place += 8
        if self._abbreviations is None:
            self._abbreviations = Abbreviations(self.sections.whole("abbrev" + self.suffix))
        shapes = self._abbreviations.table(table + moved.get("abbrev", 0), address_size, offset_size, version)
        return CompileUnit(
            self, section, start, end, version, kind, address_size, offset_size, shapes, place,
            signature, type_offset, contributions=moved,
        )  # fmt: skip
