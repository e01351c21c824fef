"""Finding the entries that define given symbols, by address in linked files and by name in object files.

Units that cover none of the addresses are not read past their first entry. In the others, entries are stepped
over in one loop, which is why it is written out rather than in the words of `unit`.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from typing import TYPE_CHECKING

from abidance.toolchain.dwarf.abbreviations import (
    BLOCK,
    FUNCTION,
    LEB,
    NOTHING,
    STRING,
    UNPLACED,
    VARIABLE,
    uleb,
)
from abidance.toolchain.dwarf.names import At
from abidance.toolchain.dwarf.ranges import ranges_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from abidance.toolchain.dwarf.abbreviations import Shape
    from abidance.toolchain.dwarf.unit import CompileUnit, DebugEntry

_OP_ADDR, _OP_CONST8U, _OP_CONST4U, _OP_CONST8S = 0x03, 0x0E, 0x0C, 0x0F
_OP_ADDRX, _OP_CONSTX, _OP_GNU_ADDR, _OP_GNU_CONST = 0xA1, 0xA2, 0xFB, 0xFC
_OP_TLS = {0x9B, 0xE0}
_SWEEP = 48  # addresses that a unit's bytes are searched for one by one before all of it is walked


def definitions(
    unit: CompileUnit, wanted: Callable[[int], bool] | None, *, variables: bool = True
) -> Iterator[tuple[DebugEntry, int | None]]:
    """Yield the unit's functions and variables that have a place, each with its address.

    Those whose address is not `wanted` are left out; None wants all, as in an object file, where addresses say
    nothing. Variables that are thread-local have their offset as address.
    """
    data = unit.data
    unpack = struct.Struct(unit.file.order + {8: "Q", 4: "I", 2: "H"}[unit.address_size]).unpack_from
    for start, at, shape in _entries(unit):
        if shape.found == FUNCTION and shape.code_place >= 0:
            address: int | None = unpack(data, at + shape.code_place)[0]
            if wanted is None or wanted(address):  # type: ignore[arg-type]
                yield unit.entry(start), address
        elif shape.found == FUNCTION or (shape.found == VARIABLE and variables):
            entry = unit.entry(start)
            address = _first_address(entry) if shape.found == FUNCTION else variable_address(entry)
            if wanted is None or (address is not None and wanted(address)):
                yield entry, address


def named(unit: CompileUnit, names: Collection[str]) -> Iterator[tuple[DebugEntry, str]]:
    """Yield the unit's external functions of these names that are no mere declarations, also without an address.

    A compiler that finds two functions equal keeps the code of one and the description of both.
    """
    for start, _, shape in _entries(unit):
        if shape.found in {FUNCTION, UNPLACED}:
            entry = unit.entry(start)
            name = entry.text(At.LINKAGE_NAME) or entry.text(At.MIPS_LINKAGE_NAME) or entry.text(At.NAME)
            if name in names and entry.flag(At.EXTERNAL) and not entry.flag(At.DECLARATION):
                yield entry, name


def _entries(unit: CompileUnit) -> Iterator[tuple[int, int, Shape]]:
    """Yield start, end of the code, and shape of every entry of the unit that a search may want."""
    data, shapes, end = unit.data, unit.shapes, unit.end - unit.start
    unpack_sibling = struct.Struct(unit.file.order + "I").unpack_from
    at = unit.first
    while at < end:
        start = at
        code = data[at]
        at += 1
        if code > 0x7F:
            code, at = uleb(data, start)
        if code == 0:
            continue
        shape = shapes[code]
        if shape.found != NOTHING:
            yield start, at, shape
        if shape.sibling >= 0:
            (sibling,) = unpack_sibling(data, at + shape.sibling)
            if sibling > start:
                at = sibling
                continue
        for known, kind in shape.steps:
            at += known
            if kind == BLOCK:
                length = data[at]
                at += 1
                if length > 0x7F:
                    length, at = uleb(data, at - 1)
                at += length
            elif kind == LEB:
                while data[at] > 0x7F:
                    at += 1
                at += 1
            elif kind == STRING:
                at = data.index(0, at) + 1
            else:
                at = unit.entry(start).after
                break
        else:
            at += shape.rest


def variable_address(entry: DebugEntry) -> int | None:
    """Return the address, or thread-local offset, of a variable; None where it has none of its own."""
    place = entry.values.get(At.LOCATION)
    if not isinstance(place, bytes) or not place:
        return None
    unit, op = entry.unit, place[0]
    order, size = unit.file.byte_order, unit.address_size
    if op == _OP_ADDR and len(place) == 1 + size:
        return int.from_bytes(place[1:], order)
    if op in {_OP_ADDRX, _OP_CONSTX, _OP_GNU_ADDR, _OP_GNU_CONST}:
        index, after = uleb(place, 1)
        if after == len(place) or place[after] in _OP_TLS:
            return unit.address(index)
        return None
    width = {_OP_CONST8U: 8, _OP_CONST8S: 8, _OP_CONST4U: 4, _OP_ADDR: size}.get(op, 0)
    if width and len(place) == 2 + width and place[-1] in _OP_TLS:
        return int.from_bytes(place[1 : 1 + width], order)
    return None


def units_covering(
    units: Collection[CompileUnit], addresses: Collection[int]
) -> tuple[list[CompileUnit], list[CompileUnit], list[CompileUnit]]:
    """Return the units that may have code at one of the addresses, those with other code, and those without any."""
    ordered = sorted(addresses)
    inside: list[CompileUnit] = []
    outside: list[CompileUnit] = []
    codeless: list[CompileUnit] = []
    for unit in units:
        if not unit.holds_code:
            continue
        spans = ranges_of(unit.top)
        if any(_any_within(ordered, low, high) for low, high in spans):
            inside.append(unit)
        elif spans:
            outside.append(unit)
        elif (
            At.LOW_PC in unit.top.values
            and At.HIGH_PC not in unit.top.values
            and At.RANGES not in unit.top.values
        ):
            inside.append(unit)  # a compiler that does not tell where its code ends
        else:
            codeless.append(unit)
    return inside, outside, codeless


def may_place(unit: CompileUnit, addresses: Collection[int]) -> bool:
    """Tell whether a variable of the unit may be at one of the addresses.

    Bytes are searched for the address, which is much faster than to walk. Units that keep their addresses in a
    table, or many addresses, are always walked.
    """
    if unit.version >= 5 and At.ADDR_BASE in unit.top.values:
        return True
    if len(addresses) > _SWEEP:
        return True
    order = unit.file.byte_order
    return any(address.to_bytes(unit.address_size, order) in unit.data for address in addresses)


def _first_address(entry: DebugEntry) -> int | None:
    address = entry.address(At.LOW_PC)
    if address:
        return address
    spans = ranges_of(entry)
    return spans[0][0] if spans else address


def _any_within(ordered: list[int], low: int, high: int) -> bool:
    at = bisect_left(ordered, low)
    return at < len(ordered) and ordered[at] < high
