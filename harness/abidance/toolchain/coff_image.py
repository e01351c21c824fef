"""Object files of compilers for Windows: the objects that one defines, by name (PE Format, "COFF File Header").

COFF gives symbols no size: an object reaches to the next one of its section, or to the section's end, and what is
behind it until there is zero.
"""

from __future__ import annotations

import struct
from itertools import pairwise

_MACHINES = {0x14C, 0x1C0, 0x1C4, 0x5064, 0x8664, 0xAA64}
_I386 = 0x14C
_HEADER = struct.Struct("<HHIIIHH")
_SECTION = struct.Struct("<8sIIIIIIHHI")
_SYMBOL = struct.Struct("<8sIhHBB")
_EXTERNAL = 2


def is_coff(image: bytes) -> bool:
    """Tell whether these are the bytes of an object file for a machine that Windows runs on."""
    return len(image) >= _HEADER.size and _HEADER.unpack_from(image)[0] in _MACHINES


def coff_objects(image: bytes, prefix: str) -> dict[str, bytes]:
    """Return the contents of global objects whose names begin with `prefix`; raises ValueError and struct.error.

    Names are those of C: 32-bit x86 has an underscore before each.
    """
    machine, sections, _, table, count, optional, _ = _HEADER.unpack_from(image)
    names = table + _SYMBOL.size * count
    mark = b"_" * (machine == _I386) + prefix.encode()
    contents: dict[int, bytes] = {}
    starts: dict[int, list[tuple[int, bytes]]] = {}
    at = table
    while at < names:
        name, value, section, _, kind, more = _SYMBOL.unpack_from(image, at)
        at += _SYMBOL.size * (1 + more)
        if kind == _EXTERNAL and 0 < section <= sections:
            starts.setdefault(section, []).append((value, _name(image, name, names)))
    for section in starts:
        where = _HEADER.size + optional + _SECTION.size * (section - 1)
        _, _, _, size, offset, *_ = _SECTION.unpack_from(image, where)
        # Without an offset it has no bytes in the file, and all of them are zero.
        contents[section] = image[offset : offset + size] if offset else bytes(size)
    found: dict[str, bytes] = {}
    for section, listed in starts.items():
        ordered = [*sorted(listed), (len(contents[section]), b"")]
        for (start, name), (end, _) in pairwise(ordered):
            if name.startswith(mark):
                found[name[len(mark) - len(prefix) :].decode()] = contents[section][start:end]
    return found


def _name(image: bytes, name: bytes, names: int) -> bytes:
    """Return a symbol's name, which is in the table of strings if it has more than eight bytes."""
    zeroes, offset = struct.unpack("<II", name)
    if zeroes:
        return name.rstrip(b"\0")
    start = names + offset
    return image[start : image.index(b"\0", start)]
