"""Functions and lines of addresses, for machines without a symbolizer, and where the code of functions lies."""

from __future__ import annotations

import contextlib
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.toolchain.dwarf.lines import line_table
from abidance.toolchain.dwarf.names import At, Tag
from abidance.toolchain.dwarf.ranges import ranges_of
from abidance.toolchain.dwarf.sections import UnreadableError
from abidance.toolchain.dwarf.separate import DebugFileOpener, debug_information, split_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.toolchain.dwarf.unit import CompileUnit, DebugEntry

Place = tuple[str, Path | None, int, int]
"""Function, file, line, column."""
Spans = list[tuple[int, int]]
"""Half-open ranges of addresses."""

_FUNCTIONS = (Tag.SUBPROGRAM, Tag.INLINED_SUBROUTINE)
_SCOPES = (Tag.NAMESPACE, Tag.STRUCTURE, Tag.CLASS)  # where Rust and C++ put functions
_UNREADABLE = (
    OSError,
    ValueError,
    LookupError,
    ArithmeticError,
    struct.error,
    RecursionError,
    UnreadableError,
)
"""A finding without a line is better than none."""


def frames_by_dwarf(path: Path, addresses: Sequence[int]) -> list[tuple[Place, ...]]:
    """Return the places active at each address, inlined ones first; empty where DWARF says nothing."""
    found: dict[int, tuple[Place, ...]] = {}
    for unit in _units(path, addresses):
        with contextlib.suppress(*_UNREADABLE):
            for address in {*addresses} - {*found}:
                if places := tuple(_places(unit, address)):
                    found[address] = places
        if len(found) == len({*addresses}):
            break
    return [found.get(address, ()) for address in addresses]


def spans_by_dwarf(path: Path, address: int) -> list[Spans]:
    """Return where the code of each function lies that is active at an address, those that were inlined first."""
    for unit in _units(path, [address]):
        with contextlib.suppress(*_UNREADABLE):
            if chain := _chain(unit.top, address):
                return [ranges_of(entry) for entry in reversed(chain)]
    return []


def covers(spans: Sequence[tuple[int, int]], address: int) -> bool:
    """Tell whether one of the half-open `spans` has the address."""
    return any(low <= address < high for low, high in spans)


def _units(path: Path, addresses: Sequence[int]) -> Iterator[CompileUnit]:
    """Yield the units that may have code at one of the addresses, as long as they are looked at."""
    with contextlib.suppress(*_UNREADABLE), DebugFileOpener(path) as opener:
        information = debug_information(opener, opener.image(path), path)
        for unit in information[0].units if information else ():
            with contextlib.suppress(*_UNREADABLE):
                spans = ranges_of(unit.top)
                if unit.holds_code and (not spans or any(covers(spans, each) for each in addresses)):
                    yield split_unit(opener, unit, path, {})


def _places(unit: CompileUnit, address: int) -> Iterator[Place]:
    chain = _chain(unit.top, address)
    table = line_table(unit) if chain else None
    row = table.row_of(address) if table else None
    file, line, column = (row.file, row.line, row.column) if row else (-1, 0, 0)
    for entry in reversed(chain):
        yield _name(entry), table.files.get(file) if table and file >= 0 else None, line, column
        if entry.tag == Tag.SUBPROGRAM:
            return
        # What is inlined continues, one level up, at the place of the call.
        file, line, column = (
            entry.number(name) or 0 for name in (At.CALL_FILE, At.CALL_LINE, At.CALL_COLUMN)
        )


def _chain(top: DebugEntry, address: int) -> list[DebugEntry]:
    """Return the functions around `address`, outermost first."""
    chain: list[DebugEntry] = []
    level: DebugEntry | None = top
    while level is not None:
        level = next((entry for entry in _bodies(level) if covers(ranges_of(entry), address)), None)
        if level is not None and level.tag in _FUNCTIONS:
            chain.append(level)
    return chain


def _bodies(entry: DebugEntry) -> Iterator[DebugEntry]:
    for child in entry.children(*_FUNCTIONS, Tag.LEXICAL_BLOCK, *_SCOPES):
        if child.tag in _SCOPES:
            yield from _bodies(child)
        else:
            yield child


def _name(entry: DebugEntry) -> str:
    names = (each.text(At.NAME) or each.text(At.LINKAGE_NAME) for each in entry.chain())
    return next(filter(None, names), "")
