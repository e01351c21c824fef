"""Debug sections of one ELF file: uncompressed, and for an object file relocated as far as they need."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from abidance.toolchain.elf_image import Image, Section

_SHF_COMPRESSED = 0x800
_SHT_NOBITS, _SHT_RELA, _SHT_REL = 8, 4, 9
_ZLIB, _ZSTD = 1, 2
_MOST_BYTES = 1 << 30  # of one section; a few bytes can claim to become any number
# Absolute relocations of debug sections: size in bytes by machine and type (each psABI, "Relocation Types").
_ABSOLUTE = {
    "x86-64": {1: 8, 10: 4, 11: 4, 17: 8, 21: 4},
    "i386": {1: 4, 36: 4},
    "aarch64": {257: 8, 258: 4, 1031: 8},
    "arm": {2: 4, 17: 4},
    "riscv": {1: 4, 2: 8, 8: 8},
    "ppc64le": {1: 4, 38: 8, 78: 8},
    "ppc64": {1: 4, 38: 8, 78: 8},
    "s390x": {4: 4, 22: 8},
}


class UnreadableError(Exception):
    """Debug information that is there and cannot be read; its text names the kind."""


class Sections:
    """The sections of `image` whose names begin with ``.debug_``, by what follows; with ``.dwo`` behind for those.

    `whole` are the bytes of each, read once; `part` reads a piece and nothing more where that can be.
    """

    def __init__(self, image: Image) -> None:
        self.image = image
        self._found: dict[str, Section] = {}
        self._whole: dict[str, bytes] = {}
        for section in image.sections:
            name = section.name
            if section.kind != _SHT_NOBITS and section.size and name.startswith((".debug_", ".zdebug_")):
                self._found[name.removeprefix(".z").removeprefix(".").removeprefix("debug_")] = section
        self._relocations = (
            {s.info: s for s in image.sections if s.kind in {_SHT_RELA, _SHT_REL}} if image.kind == 1 else {}
        )

    def __contains__(self, name: str) -> bool:
        return name in self._found

    def size(self, name: str) -> int:
        """Return the size in bytes that the section has when it is read."""
        if name not in self._found:
            return 0
        return self._found[name].size if self._plain(name) else len(self.whole(name))

    def part(self, name: str, offset: int, size: int) -> bytes:
        """Return up to `size` bytes of the section from `offset`."""
        if name in self._whole or not self._plain(name):
            return self.whole(name)[offset : offset + size]
        section = self._found[name]
        return self.image.part(section.offset + offset, max(0, min(size, section.size - offset)))

    def whole(self, name: str) -> bytes:
        """Return the section's bytes, empty where there is none."""
        if name not in self._whole:
            section = self._found.get(name)
            self._whole[name] = self._read(section) if section else b""
        return self._whole[name]

    def _plain(self, name: str) -> bool:
        section = self._found[name]
        return not (
            section.flags & _SHF_COMPRESSED
            or section.name.startswith(".z")
            or section.index in self._relocations
        )

    def _read(self, section: Section) -> bytes:
        data = self.image.part(section.offset, section.size)
        if section.name.startswith(".z") and data[:4] == b"ZLIB":
            data = _inflate(data[12:], int.from_bytes(data[4:12], "big"))
        elif section.flags & _SHF_COMPRESSED:
            layout = struct.Struct(self.image.order + ("IIQQ" if self.image.bits == 64 else "III"))
            row = layout.unpack_from(data)
            kind, size = row[0], row[-2]
            if kind != _ZLIB:
                what = "zstd" if kind == _ZSTD else f"a method (number {kind}) that is not known"
                raise UnreadableError(f"`{section.name}` is compressed with {what}")
            data = _inflate(data[layout.size :], size)
        relocation = self._relocations.get(section.index)
        return self._relocated(data, relocation) if relocation else data

    def _relocated(self, data: bytes, relocations: Section) -> bytes:
        """Return a section of an object file as linking at address 0 would leave it."""
        image, result = self.image, bytearray(data)
        sizes = _ABSOLUTE.get(image.machine)
        if sizes is None:
            raise UnreadableError(
                f"an object file for {image.machine} has relocations that are not known here"
            )
        symbols = image.sections[relocations.link]
        values = [row[4] for row in image.symbol_rows(image.part(symbols.offset, symbols.size))]
        byte_order: Literal["little", "big"] = "little" if image.order == "<" else "big"
        for place, kind, symbol, given in image.relocations(relocations):
            size = sizes.get(kind)
            if size is None or place + size > len(result) or symbol >= len(values):
                continue  # a difference of two places, which the assembler has worked out already
            addend = int.from_bytes(result[place : place + size], byte_order) if given is None else given
            value = (values[symbol] + addend) % (1 << 8 * size)
            result[place : place + size] = value.to_bytes(size, byte_order)
        return bytes(result)


def _inflate(data: bytes, size: int) -> bytes:
    if size > _MOST_BYTES:
        raise ValueError(f"a compressed section claims {size} bytes")
    try:
        result = zlib.decompressobj().decompress(data, size)
    except zlib.error as error:
        raise ValueError(f"a compressed section is damaged: {error}") from None
    if len(result) != size:
        raise ValueError("a compressed section ends too early")
    return result
