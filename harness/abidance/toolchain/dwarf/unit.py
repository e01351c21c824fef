"""Units and their entries (DWARF 5, sections 3.1 and 7.5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from abidance.toolchain.dwarf.abbreviations import step, uleb
from abidance.toolchain.dwarf.forms import Decoder, Value, readers
from abidance.toolchain.dwarf.names import At, Tag, UnitType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.toolchain.dwarf.abbreviations import AbbreviationTable
    from abidance.toolchain.dwarf.file import DwarfFile
    from abidance.toolchain.dwarf.forms import Reader

_DEEPEST = 512  # references from one entry to the next; real chains have three
_READERS: dict[tuple[str, int, int, int], Mapping[int, Reader]] = {}


@dataclass(slots=True)
class DebugEntry:
    """A debugging information entry. `offset` counts from its unit's start; `after` is where its children begin."""

    unit: CompileUnit
    offset: int
    tag: int
    values: dict[int, Value]
    has_children: bool
    after: int

    def number(self, name: int) -> int | None:
        """Return a constant, or None where there is none or it is worked out at run time."""
        value = self.values.get(name)
        return value if isinstance(value, int) else None

    def flag(self, name: int) -> bool:
        """Tell whether a flag is there and set."""
        return bool(self.values.get(name))

    def text(self, name: int) -> str:
        """Return a string, empty where there is none."""
        value = self.values.get(name)
        return "" if value is None else self.unit.text(value)

    def address(self, name: int) -> int | None:
        """Return an address, or None where there is none."""
        value = self.values.get(name)
        if isinstance(value, tuple):
            return self.unit.address(value[1]) if value[0] == "addrx" else None
        return value if isinstance(value, int) else None

    def follow(self, name: int) -> DebugEntry | None:
        """Return the entry that an attribute refers to, or None where there is no such attribute.

        A declaration that stands for a type in a unit of its own leads on to that (DWARF 5, 5.7.1).
        """
        value = self.values.get(name)
        if value is None:
            return None
        if isinstance(value, int):
            found = self.unit.entry(value)
        elif isinstance(value, tuple):
            found = self.unit.file.entry(*value)
        else:
            raise ValueError("a reference is no number")  # noqa: TRY004  it is the file's value
        if At.SIGNATURE in found.values and name != At.SIGNATURE:
            return found.follow(At.SIGNATURE)
        return found

    def origin(self) -> DebugEntry:
        """Return the entry that names and declares what this one is an instance of."""
        entry = self
        for _ in range(_DEEPEST):
            further = entry.follow(At.ABSTRACT_ORIGIN) or entry.follow(At.SPECIFICATION)
            if further is None:
                return entry
            entry = further
        raise ValueError("an entry is its own origin")

    def chain(self) -> Iterator[DebugEntry]:
        """Yield this entry and those that it is an instance of, nearest first."""
        entry: DebugEntry | None = self
        for _ in range(_DEEPEST):
            if entry is None:
                return
            yield entry
            entry = entry.follow(At.ABSTRACT_ORIGIN) or entry.follow(At.SPECIFICATION)
        raise ValueError("an entry is its own origin")

    def children(self, *tags: int) -> Iterator[DebugEntry]:
        """Yield the entry's children, of these tags only if any are given; others are stepped over."""
        if not self.has_children:
            return
        unit, at = self.unit, self.after
        data, shapes = unit.data, unit.shapes
        while True:
            code = data[at]
            if code > 0x7F:
                code, _ = uleb(data, at)
            if code == 0:
                return
            shape = shapes[code]
            if tags and shape.tag not in tags:
                at = unit.past(at)
                continue
            child = unit.entry(at)
            yield child
            if not child.has_children:
                at = child.after
                continue
            sibling = child.values.get(At.SIBLING)
            at = sibling if isinstance(sibling, int) and sibling > at else unit.past(at)


@dataclass(eq=False)
class CompileUnit:
    """One unit. `start` and `end` are its bounds in `section`, offsets of entries count from `start`.

    `skeleton` is the unit in the linked file that a split unit belongs to.
    """

    file: DwarfFile
    section: str
    start: int
    end: int
    version: int
    kind: int
    address_size: int
    offset_size: int
    shapes: AbbreviationTable
    first: int
    signature: int | None = None
    type_offset: int = 0
    skeleton: CompileUnit | None = None
    contributions: Mapping[str, int] = field(default_factory=dict)
    _entries: dict[int, DebugEntry] = field(default_factory=dict)

    def __post_init__(self) -> None:
        key = (self.file.order, self.address_size, self.offset_size, self.version)
        if key not in _READERS:
            _READERS[key] = readers(*key)
        self.readers = _READERS[key]

    def close(self) -> None:
        """Let go of the entries."""
        self._entries.clear()
        self.__dict__.pop("top", None)
        self.__dict__.pop("data", None)
        self.skeleton = None

    @cached_property
    def data(self) -> bytes:
        """The unit's bytes from its header on."""
        return self.file.sections.part(self.section, self.start, self.end - self.start)

    @cached_property
    def top(self) -> DebugEntry:
        """The unit's own entry, of which only the unit's beginning is read."""
        if "data" in self.__dict__:
            return self.entry(self.first)
        size = min(self.end - self.start, 512)
        try:
            return self._decode(self.file.sections.part(self.section, self.start, size), self.first)
        except (IndexError, ValueError):
            return self.entry(self.first)

    def entry(self, offset: int) -> DebugEntry:
        """Return the entry at `offset` from the unit's start; raises ValueError where there is none."""
        known = self._entries.get(offset)
        if known is None:
            known = self._entries[offset] = self._decode(self.data, offset)
        return known

    def _decode(self, data: bytes, offset: int) -> DebugEntry:
        if not self.first <= offset < self.end - self.start:
            raise ValueError("a reference leads out of its unit")
        code = data[offset]
        at = offset + 1
        if code > 0x7F:
            code, at = uleb(data, offset)
        shape = self.shapes[code]
        decoder = shape.decoder
        if decoder is None:
            sizes = (self.address_size, self.offset_size, self.version)
            decoder = shape.decoder = Decoder(shape, self.file.order, sizes, self.readers)
        values, at = decoder.decode(data, at)
        return DebugEntry(self, offset, shape.tag, values, shape.children, at)

    def past(self, at: int) -> int:
        """Return where the entry at `at` and its children end."""
        depth = 0
        data, shapes = self.data, self.shapes
        while True:
            code, behind = data[at], at + 1
            if code > 0x7F:
                code, behind = uleb(data, at)
            if code == 0:
                depth -= 1
                at = behind
            else:
                shape = shapes[code]
                sibling = 0
                if shape.sibling >= 0:
                    sibling = int.from_bytes(
                        data[behind + shape.sibling : behind + shape.sibling + 4], self.file.byte_order
                    )
                if sibling > at:
                    at = sibling
                else:
                    at = step(data, behind, shape) if not shape.varies else self.entry(at).after
                    depth += shape.children
            if depth <= 0:
                return at

    def text(self, value: Value) -> str:
        """Return the string that an attribute's value is or points at."""
        if isinstance(value, str):
            return value
        if not isinstance(value, tuple):
            raise ValueError("a name is no string")  # noqa: TRY004  it is the file's value
        kind, number = value
        if kind == "strx":
            kind, number = "str", self.string_offset(number)
        return self.file.string(kind, number)

    def string_offset(self, index: int) -> int:
        """Return the offset in ``.debug_str`` of the unit's string number `index` (DWARF 5, 7.26)."""
        base = self.top.number(At.STR_OFFSETS_BASE)
        if base is None:
            header = 0 if self.version < 5 else 16 if self.offset_size == 8 else 8
            base = self.contributions.get("str_offsets", 0) + header
        part = self.file.table("str_offsets", base + index * self.offset_size, self.offset_size)
        return int.from_bytes(part, self.file.byte_order)

    def address(self, index: int) -> int:
        """Return the unit's address number `index` (DWARF 5, 7.27)."""
        owner = self.skeleton or self
        base = owner.top.number(At.ADDR_BASE)
        if base is None:
            base = owner.top.number(At.GNU_ADDR_BASE) or 0
        part = owner.file.table("addr", base + index * self.address_size, self.address_size)
        return int.from_bytes(part, self.file.byte_order)

    @cached_property
    def language(self) -> int:
        """Return the source language's number, or 0."""
        return self.top.number(At.LANGUAGE) or 0

    @property
    def is_type_unit(self) -> bool:
        """Tell whether the unit holds one type for others."""
        return self.kind in {UnitType.TYPE, UnitType.SPLIT_TYPE}

    @property
    def holds_code(self) -> bool:
        """Tell whether functions and variables may be defined in it."""
        return not self.is_type_unit and self.top.tag in {Tag.COMPILE_UNIT, Tag.SKELETON_UNIT}
