"""The addresses that a unit or function covers (DWARF 5, 2.17 and 7.28; DWARF 4, 2.17.3)."""

from __future__ import annotations

import struct
from bisect import bisect_left
from typing import TYPE_CHECKING

from abidance.toolchain.dwarf.abbreviations import uleb
from abidance.toolchain.dwarf.names import At

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from abidance.toolchain.dwarf.file import DwarfFile
    from abidance.toolchain.dwarf.unit import CompileUnit, DebugEntry


def ranges_of(entry: DebugEntry) -> list[tuple[int, int]]:
    """Return the half-open ranges of addresses of an entry, in its order; none where it has no code."""
    unit = entry.unit
    told = entry.values.get(At.RANGES)
    if told is not None:
        # An index or offset in a split unit belongs to that unit's file; the skeleton has the rest.
        return list(_rnglist(unit, told) if unit.version >= 5 else _debug_ranges(unit, told))
    low, high = entry.address(At.LOW_PC), entry.values.get(At.HIGH_PC)
    if low is None or high is None:
        return []
    if isinstance(high, tuple):
        return [(low, unit.address(high[1]))]
    # An address until DWARF 3, an offset as a constant since; 4 allows both, distinguished by the form.
    if not isinstance(high, int):
        return []
    return [(low, high if high >= low > 0 and unit.version < 4 else low + high)]


def units_at(file: DwarfFile, addresses: Collection[int]) -> list[CompileUnit] | None:
    """Return the units that ``.debug_aranges`` names for the addresses (DWARF 5, 6.1.2), or None if it misses one.

    Not all compilers write that table, and none has to write all of it.
    """
    data, order = file.sections.whole("aranges"), file.order
    ordered = sorted(addresses)
    missing, found, at = set(ordered), [], 0
    while at + 12 <= len(data) and missing:
        (length,) = struct.unpack_from(order + "I", data, at)
        if length == 0xFFFFFFFF:
            return None
        end = at + 4 + length
        version, start, size, segment = struct.unpack_from(order + "HIBB", data, at + 4)
        if version != 2 or segment or size not in {4, 8} or end > len(data):
            return None
        pair = struct.Struct(order + ("QQ" if size == 8 else "II"))
        table = at + 12 + (-12 % pair.size)
        hit = False
        for low, count in pair.iter_unpack(data[table : end - (end - table) % pair.size]):
            if count:
                first, last = bisect_left(ordered, low), bisect_left(ordered, low + count)
                missing.difference_update(ordered[first:last])
                hit = hit or first < last
        if hit:
            found.append(file.unit("info", start))
        at = end
    return None if missing else found


def _base(unit: CompileUnit) -> int:
    owner = unit.skeleton or unit
    return owner.top.address(At.LOW_PC) or 0


def _debug_ranges(unit: CompileUnit, told: object) -> Iterator[tuple[int, int]]:
    if not isinstance(told, int):
        return
    owner = unit.skeleton or unit
    at = told + ((owner.top.number(At.GNU_RANGES_BASE) or 0) if unit.skeleton else 0)
    data, size, base = owner.file.sections.whole("ranges"), unit.address_size, _base(unit)
    highest, order = (1 << 8 * size) - 1, unit.file.byte_order
    while at + 2 * size <= len(data):
        low = int.from_bytes(data[at : at + size], order)
        high = int.from_bytes(data[at + size : at + 2 * size], order)
        at += 2 * size
        if low == high == 0:
            return
        if low == highest:
            base = high
        elif low < high:
            yield base + low, base + high
    raise ValueError("a list of ranges has no end")


def _rnglist(unit: CompileUnit, told: object) -> Iterator[tuple[int, int]]:
    size, order = unit.address_size, unit.file.byte_order
    owner = unit.file
    data = owner.sections.whole("rnglists" + owner.suffix)
    if isinstance(told, tuple):
        base = unit.top.number(At.RNGLISTS_BASE)
        if base is None:
            base = unit.contributions.get("rnglists", 0) + (20 if unit.offset_size == 8 else 12)
        place = base + told[1] * unit.offset_size
        at = base + int.from_bytes(data[place : place + unit.offset_size], order)
    elif isinstance(told, int):
        at = told
    else:
        return

    def address(at: int) -> tuple[int, int]:
        return int.from_bytes(data[at : at + size], order), at + size

    def indexed(at: int) -> tuple[int, int]:
        index, at = uleb(data, at)
        return unit.address(index), at

    base = _base(unit)
    while True:
        kind, at = data[at], at + 1
        match kind:
            case 0:  # DW_RLE_end_of_list
                return
            case 1 | 5:  # base_addressx, base_address
                base, at = indexed(at) if kind == 1 else address(at)
                continue
            case 2:  # startx_endx
                low, at = indexed(at)
                high, at = indexed(at)
            case 3 | 7:  # startx_length, start_length
                low, at = indexed(at) if kind == 3 else address(at)
                length, at = uleb(data, at)
                high = low + length
            case 4:  # offset_pair
                low, at = uleb(data, at)
                high, at = uleb(data, at)
                low, high = base + low, base + high
            case 6:  # start_end
                low, at = address(at)
                high, at = address(at)
            case _:
                raise ValueError(f"a list of ranges has an entry of kind {kind}")
        if low < high:
            yield low, high
