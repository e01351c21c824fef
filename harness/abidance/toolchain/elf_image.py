"""The bytes of an ELF file as the dynamic linker sees them: segments, the dynamic section, its symbols."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

_MACHINES = {
    3: "i386", 8: "mips", 20: "ppc", 21: "ppc64", 22: "s390x", 40: "arm", 62: "x86-64", 183: "aarch64",
    243: "riscv", 258: "loongarch",
}  # fmt: skip
PT_LOAD, _PT_DYNAMIC, _PT_INTERP, _PT_NOTE = 1, 2, 3, 4
_PT_GNU_STACK, _PT_GNU_RELRO = 0x6474E551, 0x6474E552
_DF_STATIC_TLS = 0x10
_PF_X, _PF_W = 1, 2
_SHT_RELA, _SHT_NOBITS, _SHT_DYNSYM = 4, 8, 11
_SHN_ABS = 0xFFF1
_NT_GNU_BUILD_ID = 3
_DF_1_NOOPEN, _DF_1_PIE = 0x40, 0x08000000
_TAGS = {
    1: "needed", 4: "hash", 5: "strtab", 6: "symtab", 10: "strsz", 14: "soname", 15: "rpath",
    27: "init_arraysz", 29: "runpath", 30: "flags",
    0x6FFFFEF5: "gnu_hash", 0x6FFFFFFB: "flags_1", 0x6FFFFFF0: "versym", 0x6FFFFFFC: "verdef",
    0x6FFFFFFD: "verdefnum", 0x6FFFFFFE: "verneed", 0x6FFFFFFF: "verneednum",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Symbol:
    """One entry of the dynamic symbol table."""

    name: str
    defined: bool
    weak: bool
    exported: bool
    callable: bool
    address: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class Segment:
    """One program header: `size` bytes of the file at `offset`, loaded at `address`."""

    kind: int
    flags: int
    offset: int
    address: int
    size: int

    @property
    def runs(self) -> bool:
        """Tell whether it holds code."""
        return self.kind == PT_LOAD and bool(self.flags & _PF_X)

    @property
    def fixed(self) -> bool:
        """Tell whether nothing of it may be written once the library is loaded."""
        return self.kind == _PT_GNU_RELRO or (self.kind == PT_LOAD and not self.flags & _PF_W)


@dataclass(frozen=True, slots=True)
class Section:
    """One section header; `kind` is its `sh_type`, `flags` its `sh_flags`."""

    name: str
    kind: int
    offset: int
    size: int
    flags: int = 0
    link: int = 0
    info: int = 0
    index: int = 0
    address: int = 0


def open_image(file: BinaryIO) -> Image:
    """Return the image that `file` holds; it must stay open as long as the image is used.

    Raises ValueError or struct.error when it is no ELF file or ends too early, here or later.
    """
    start = file.read(16)
    if len(start) < 16 or start[:4] != b"\x7fELF" or start[4] not in {1, 2} or start[5] not in {1, 2}:
        raise ValueError("its first bytes are no ELF header")
    return Image(file, 64 if start[4] == 2 else 32, "<" if start[5] == 1 else ">")


@dataclass
class Image:
    """An ELF file; parts are read when asked for. All offsets come from the file and are checked.

    It is read and not mapped: who builds the file anew meanwhile would end this process with SIGBUS.
    """

    file: BinaryIO
    bits: int
    order: str
    kind: int = field(init=False)
    machine: str = field(init=False)
    _header: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._header = self._numbers("HHIQQQIHHHHHH" if self.bits == 64 else "HHIIIIIHHHHHH", 16)
        self.kind = self._header[0]
        name = _MACHINES.get(self._header[1], f"machine {self._header[1]}")
        odd = {("ppc64", "<"): "ppc64le", ("aarch64", ">"): "aarch64_be", ("mips", "<"): "mipsel"}
        self.machine = odd.get((name, self.order), name)

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """Return the program headers."""
        start, size, count = self._header[4], self._header[8], self._header[9]
        if self.bits == 64:
            rows = self._table(start, size, count, "IIQQQQQQ")
            return tuple(Segment(r[0], r[1], r[2], r[3], r[5]) for r in rows)
        rows = self._table(start, size, count, "IIIIIIII")
        return tuple(Segment(r[0], r[6], r[1], r[2], r[4]) for r in rows)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Return the section headers, or none when they were stripped."""
        start, size, count, names = self._header[5], *self._header[10:13]
        if start == 0:
            return ()
        if count == 0 or names == 0xFFFF:  # more than the header can hold: the first section has the numbers
            first = self._table(start, size, 1, "IIQQQQIIQQ" if self.bits == 64 else "IIIIIIIIII")[0]
            count, names = count or first[5], first[6] if names == 0xFFFF else names
        rows = self._table(start, size, count, "IIQQQQIIQQ" if self.bits == 64 else "IIIIIIIIII")
        text = self.part(rows[names][4], rows[names][5]) if names < len(rows) else b""
        return tuple(
            Section(string_at(text, r[0]), r[1], r[4], r[5], r[2], r[6], r[7], at, r[3])
            for at, r in enumerate(rows)
        )

    @cached_property
    def dynamic(self) -> dict[str, list[int]]:
        """Return the values of the dynamic section's known tags."""
        entries: dict[str, list[int]] = {}
        entry = struct.Struct(self.order + ("qQ" if self.bits == 64 else "iI"))
        for segment in self.segments:
            if segment.kind == _PT_DYNAMIC:
                part = self.part(segment.offset, segment.size - segment.size % entry.size)
                for tag, value in entry.iter_unpack(part):
                    if tag == 0:
                        break
                    if tag in _TAGS:
                        entries.setdefault(_TAGS[tag], []).append(value)
        return entries

    @property
    def is_program(self) -> bool:
        """Tell a position-independent executable from a library that can also be started (libc.so.6)."""
        return any(value & _DF_1_PIE for value in self.dynamic.get("flags_1", ()))

    @property
    def demands(self) -> tuple[str, ...]:
        """Return what loading it asks of a process, and may not get.

        That is ``executable-stack``, ``no-dlopen``, where it must be loaded with the program, and ``static-tls``.
        """
        stack = any(each.kind == _PT_GNU_STACK and each.flags & _PF_X for each in self.segments)
        static = any(value & _DF_STATIC_TLS for value in self.dynamic.get("flags", ()))
        linked = any(value & _DF_1_NOOPEN for value in self.dynamic.get("flags_1", ()))
        asked = (("executable-stack", stack), ("no-dlopen", linked), ("static-tls", static))
        return tuple(name for name, wanted in asked if wanted)

    @property
    def initialisers(self) -> int:
        """Return how many functions run when it is loaded, beside `_init`; a compiler brings one of its own."""
        return sum(self.dynamic.get("init_arraysz", ())) // (self.bits // 8)

    def strings_of(self, *tags: str) -> tuple[str, ...]:
        """Return the strings that the dynamic section's `tags` point to."""
        return tuple(string_at(self.names, offset) for tag in tags for offset in self.dynamic.get(tag, ()))

    def symbols(self) -> list[Symbol]:
        """Return the dynamic symbols that have a name and are not local."""
        if "symtab" not in self.dynamic:
            return []
        code = [(s.address, s.address + s.size) for s in self.segments if s.runs]
        found = []
        for name, told, visibility, section, value, size in self.symbol_rows(self.dynamic_symbols()):
            binding, kind = told >> 4, told & 15
            if name == 0 or binding not in {1, 2, 10}:
                continue
            defined = section != 0
            # An assembler function may have no type; what it is shows from where it lies.
            in_code = kind == 0 and section != _SHN_ABS and any(low <= value < high for low, high in code)
            found.append(
                Symbol(
                    string_at(self.names, name),
                    defined,
                    weak=binding == 2,
                    exported=defined and visibility & 3 in {0, 3} and kind in {0, 1, 2, 6, 10},
                    callable=kind in {2, 10} or in_code,
                    address=value,
                    size=size,
                )
            )
        return found

    @property
    def symbol_size(self) -> int:
        """Return the size in bytes of an entry of a symbol table."""
        return 24 if self.bits == 64 else 16

    def dynamic_symbols(self) -> bytes:
        """Return the dynamic symbol table, which must be there."""
        at = self.file_offset(self.dynamic["symtab"][0])
        return self.part(at, self.symbol_size * self.symbol_count())

    def symbol_rows(self, table: bytes) -> Iterator[tuple[int, int, int, int, int, int]]:
        """Return name, `st_info`, `st_other`, section, value and size of each symbol (gABI 4.1, "Symbol Table").

        A generated object has one for each constant, so they are read in bulk.
        """
        layout = struct.Struct(self.order + ("IBBHQQ" if self.bits == 64 else "IIIBBH"))
        rows = layout.iter_unpack(table[: len(table) - len(table) % layout.size])
        return rows if self.bits == 64 else ((r[0], *r[3:], *r[1:3]) for r in rows)

    def relocations(self, section: Section) -> Iterator[tuple[int, int, int, int | None]]:
        """Yield place, type, symbol and addend, where it has one, of each (gABI 4.1, "Relocation")."""
        long, added = self.bits == 64, section.kind == _SHT_RELA
        layout = struct.Struct(
            self.order + (("QQq" if long else "IIi") if added else ("QQ" if long else "II"))
        )
        shift = 32 if long else 8
        for place, told, *addend in layout.iter_unpack(
            self.part(section.offset, section.size - section.size % layout.size)
        ):
            yield place, told & ((1 << shift) - 1), told >> shift, addend[0] if addend else None

    def contents(self, section: Section) -> bytes:
        """Return the bytes that a section has when it is loaded."""
        if section.kind == _SHT_NOBITS:
            return bytes(section.size)
        return self.part(section.offset, section.size)

    def has_section(self, *names: str) -> bool:
        """Tell whether one of the sections is there with contents."""
        return any(s.name in names and s.size and s.kind != _SHT_NOBITS for s in self.sections)

    def debug_link(self) -> str | None:
        """Return the file name under which separate debug information is looked for."""
        for section in self.sections:
            if section.name == ".gnu_debuglink":
                return string_at(self.part(section.offset, section.size), 0) or None
        return None

    def build_id(self) -> str:
        """Return the build id in hexadecimal, or nothing."""
        for segment in self.segments:
            if segment.kind != _PT_NOTE:
                continue
            part, at = self.part(segment.offset, segment.size), 0
            while at + 12 <= len(part):
                name_size, size, kind = struct.unpack_from(self.order + "III", part, at)
                start = at + 12 + (name_size + 3 & ~3)
                if kind == _NT_GNU_BUILD_ID and part[at + 12 : at + 16] == b"GNU\0":
                    return part[start : start + size].hex()
                at = start + (size + 3 & ~3)
        return ""

    @cached_property
    def names(self) -> bytes:
        """The dynamic section's strings."""
        if "strtab" not in self.dynamic or "strsz" not in self.dynamic:
            return b""
        return self.part(self.file_offset(self.dynamic["strtab"][0]), self.dynamic["strsz"][0])

    def symbol_count(self) -> int:
        """Return how many dynamic symbols there are, by whichever table tells it."""
        for section in self.sections:
            if section.kind == _SHT_DYNSYM:
                return section.size // self.symbol_size
        if "hash" in self.dynamic:
            return self._numbers("II", self.file_offset(self.dynamic["hash"][0]))[1]
        return self._gnu_hash_count() if "gnu_hash" in self.dynamic else 0

    def _gnu_hash_count(self) -> int:
        """Return one more than the highest index in the GNU hash table; it has no count of its own."""
        at = self.file_offset(self.dynamic["gnu_hash"][0])
        buckets, first, bloom, _ = self._numbers("IIII", at)
        at += 16 + bloom * (self.bits // 8)
        last = max(struct.unpack(f"{self.order}{buckets}I", self.part(at, 4 * buckets)), default=0)
        if last < first:
            return first
        at += 4 * (buckets - first)
        while not self._numbers("I", at + 4 * last)[0] & 1:  # the last of a chain is marked
            last += 1
        return last + 1

    def file_offset(self, address: int) -> int:
        """Return where in the file the byte at `address` is; raises ValueError where no segment has it."""
        for segment in self.segments:
            if segment.kind == PT_LOAD and segment.address <= address < segment.address + segment.size:
                return address - segment.address + segment.offset
        raise ValueError(f"address {address:#x} lies in no segment")

    def _table(self, start: int, size: int, count: int, layout: str) -> list[tuple[int, ...]]:
        entry = struct.Struct(self.order + layout)
        if count and size != entry.size:
            raise ValueError(f"a table has entries of {size} bytes, not {entry.size}")
        return list(entry.iter_unpack(self.part(start, entry.size * count)))

    def _numbers(self, layout: str, offset: int) -> tuple[int, ...]:
        entry = struct.Struct(self.order + layout)
        return entry.unpack(self.part(offset, entry.size))

    @cached_property
    def _size(self) -> int:
        return self.file.seek(0, os.SEEK_END)

    def part(self, offset: int, size: int) -> bytes:
        """Return `size` bytes of the file from `offset`; raises ValueError when it ends before."""
        # Checked before reading: a damaged size must not be allocated.
        if offset + size > self._size:
            raise ValueError(f"it ends before byte {offset + size}")
        self.file.seek(offset)
        part = self.file.read(size)
        if len(part) < size:
            raise ValueError(f"it ends before byte {offset + size}")
        return part


def string_at(table: bytes, offset: int) -> str:
    """Return the text in a string table from `offset`; raises ValueError where it does not end."""
    end = table.find(b"\0", offset)
    if end < 0:
        raise ValueError(f"a name lies outside its table, at {offset}")
    return table[offset:end].decode("utf-8", "backslashreplace")
