"""The index of a ``.dwp`` package: where each split unit's parts of the shared sections are (DWARF 5, 7.3.5.3)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.toolchain.dwarf.sections import Sections

_COLUMNS = {
    2: {1: "info", 2: "types", 3: "abbrev", 4: "line", 5: "loc", 6: "str_offsets", 7: "macinfo", 8: "macro"},
    5: {1: "info", 3: "abbrev", 4: "line", 5: "loclists", 6: "str_offsets", 7: "macro", 8: "rnglists"},
}


def contributions(sections: Sections, index: str) -> Mapping[int, Mapping[str, int]]:
    """Return, by a unit's signature, the offset at which its part of each section begins."""
    data, order = sections.whole(index), sections.image.order
    if not data:
        return {}
    (version,) = struct.unpack_from(order + "I", data)
    if version != 2:  # GNU's; the standard has half as many bytes for it
        (version,) = struct.unpack_from(order + "H", data)
    if version not in _COLUMNS:
        raise ValueError(f"a package has an index of version {version}")
    columns, units, slots = struct.unpack_from(order + "III", data, 4)
    if 16 + slots * 12 + (units * 2 + 1) * columns * 4 > len(data):
        raise ValueError("the index of a package ends too early")
    signatures = struct.unpack_from(f"{order}{slots}Q", data, 16)
    rows = struct.unpack_from(f"{order}{slots}I", data, 16 + 8 * slots)
    at = 16 + 12 * slots
    kinds = struct.unpack_from(f"{order}{columns}I", data, at)
    offsets = struct.unpack_from(f"{order}{units * columns}I", data, at + 4 * columns)
    names = [_COLUMNS[version].get(kind, "") for kind in kinds]
    return {
        signature: dict(zip(names, offsets[(row - 1) * columns : row * columns], strict=True))
        for signature, row in zip(signatures, rows, strict=True)
        if 0 < row <= units
    }
