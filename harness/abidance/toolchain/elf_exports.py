"""What an ELF file exports: every defined symbol that others can link to, with its version (gABI; Linux LSB 10.7).

Symbols are read in bulk with `struct`; names that are not asked for are not even decoded.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from abidance.toolchain.elf_image import string_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abidance.toolchain.elf_image import Image

Kind = Literal["function", "object", "tls", "ifunc", "untyped"]
_KINDS: dict[int, Kind] = {0: "untyped", 1: "object", 2: "function", 5: "object", 6: "tls", 10: "ifunc"}
_BINDINGS: dict[int, Literal["global", "weak", "unique"]] = {1: "global", 2: "weak", 10: "unique"}
_VISIBLE: dict[int, Literal["default", "protected"]] = {0: "default", 3: "protected"}
_SHT_SYMTAB = 2
_SHF_WRITE, _SHF_EXECINSTR = 1, 4
_SHN_ABS, _SHN_COMMON = 0xFFF1, 0xFFF2
_VER_NDX_GLOBAL, _VERSYM_HIDDEN = 1, 0x8000
# Linkers and start files make these, and some export them; nobody's interface has them.
_START_FILES = frozenset({"_init", "_fini"})
_LINKER_MADE = frozenset(
    {"_edata", "edata", "_end", "end", "_etext", "etext", "__bss_start", "__bss_start__", "_bss_end__"}
    | {"__bss_end__", "__end__", "__data_start", "__dso_handle", "_GLOBAL_OFFSET_TABLE_"}
)


@dataclass(frozen=True, slots=True)
class Export:
    """A defined symbol that can be linked to.

    `section` is its index, `runs` whether it lies in code, `fixed` whether it lies where nothing may be written once
    it is loaded. `version` is empty without one; `default` is true for
    ``name@@VERSION`` and for what has no version. `size` is in bytes.
    """

    name: str
    kind: Kind
    address: int
    size: int
    binding: Literal["global", "weak", "unique"]
    visibility: Literal["default", "protected"]
    section: int
    runs: bool
    version: str = ""
    default: bool = True
    fixed: bool = False

    @property
    def callable(self) -> bool:
        """Tell whether it is code; an assembler function may have no type."""
        return self.kind in {"function", "ifunc"} or (self.kind == "untyped" and self.runs)


def exports_of(image: Image, wanted: Callable[[str], bool] = lambda _: True) -> Iterator[Export]:
    """Yield what a shared object or an object file exports, of the names that are `wanted`.

    Raises ValueError or struct.error for a damaged file.
    """
    if image.kind == 1:
        yield from _of_object_file(image, wanted)
    elif "symtab" in image.dynamic:
        table = image.dynamic_symbols()
        versions = _Versions(image, len(table) // image.symbol_size)
        code = [(s.address, s.address + s.size) for s in image.segments if s.runs]
        kept = [(s.address, s.address + s.size) for s in image.segments if s.fixed]
        for index, (name, symbol) in enumerate(_rows(image, table, image.names, wanted)):
            if symbol is None or (symbol[4] == _SHN_ABS and name in versions.definitions):
                continue
            kind, binding, visibility, section, place, address, size = symbol
            runs, fixed = (
                place != _SHN_ABS and any(low <= address < high for low, high in spans)
                for spans in (code, kept)
            )
            version, default = versions.of(index)
            yield Export(
                name, kind, address, size, binding, visibility, section, runs, version, default, fixed
            )


def _of_object_file(image: Image, wanted: Callable[[str], bool]) -> Iterator[Export]:
    for section in image.sections:
        if section.kind != _SHT_SYMTAB:
            continue
        names = image.sections[section.link]
        table = image.part(section.offset, section.size)
        text = image.part(names.offset, names.size)
        for name, symbol in _rows(image, table, text, wanted):
            if symbol is None:
                continue
            kind, binding, visibility, place, _, address, size = symbol
            within = image.sections[place] if place < len(image.sections) else None
            runs = within is not None and bool(within.flags & _SHF_EXECINSTR)
            fixed = within is not None and (
                not within.flags & _SHF_WRITE or within.name.startswith(".data.rel.ro")
            )
            yield Export(name, kind, address, size, binding, visibility, place, runs, fixed=fixed)


_Row = tuple[Kind, Literal["global", "weak", "unique"], Literal["default", "protected"], int, int, int, int]


def _rows(
    image: Image, table: bytes, names: bytes, wanted: Callable[[str], bool]
) -> Iterator[tuple[str, _Row | None]]:
    for name_at, told, other, section, value, size in image.symbol_rows(table):
        kind, binding, visibility = _KINDS.get(told & 15), _BINDINGS.get(told >> 4), _VISIBLE.get(other & 3)
        if section == 0 or name_at == 0 or kind is None or binding is None or visibility is None:
            yield "", None
            continue
        name = string_at(names, name_at)
        made = name in _START_FILES or (kind == "untyped" and name in _LINKER_MADE)
        if made or not wanted(name):
            yield "", None
            continue
        yield name, (kind, binding, visibility, section, section, value, size)


class _Versions:
    """The versions of dynamic symbols by the symbol's index (LSB 10.7.2 and 10.7.3)."""

    def __init__(self, image: Image, count: int) -> None:
        self.definitions: frozenset[str] = frozenset()
        self._names: dict[int, str] = {}
        self._table: tuple[int, ...] = ()
        if "versym" not in image.dynamic:
            return
        at = image.file_offset(image.dynamic["versym"][0])
        self._table = struct.unpack(f"{image.order}{count}H", image.part(at, 2 * count))
        if "verdef" in image.dynamic:
            self._read(image, image.file_offset(image.dynamic["verdef"][0]))

    def of(self, index: int) -> tuple[str, bool]:
        """Return the version's name and whether it is the default one."""
        if not self._table:
            return "", True
        told = self._table[index]
        number = told & ~_VERSYM_HIDDEN
        if number <= _VER_NDX_GLOBAL:
            return "", True
        name = self._names.get(number)
        if name is None:
            raise ValueError(f"version {number} is used and not defined")
        return name, not told & _VERSYM_HIDDEN

    def _read(self, image: Image, at: int) -> None:
        entry, auxiliary = struct.Struct(image.order + "HHHHIII"), struct.Struct(image.order + "II")
        while True:
            _, flags, number, count, _, first, following = entry.unpack(image.part(at, entry.size))
            if count and not flags & 1:  # the base entry names the file
                name_at, _ = auxiliary.unpack(image.part(at + first, auxiliary.size))
                self._names[number] = string_at(image.names, name_at)
            if following == 0:
                break
            at += following
        self.definitions = frozenset(self._names.values())
