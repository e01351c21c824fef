"""Functions and lines of addresses from DWARF with pyelftools, for machines without a symbolizer."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from elftools.dwarf.descriptions import describe_form_class
from elftools.elf.elffile import ELFFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Place = tuple[str, Path | None, int, int]
"""Function, file, line, column."""

_BODIES = {"DW_TAG_subprogram", "DW_TAG_inlined_subroutine", "DW_TAG_lexical_block"}
_NAMES = ("DW_AT_name", "DW_AT_linkage_name")
_ORIGINS = ("DW_AT_abstract_origin", "DW_AT_specification")


def frames_by_dwarf(path: Path, addresses: Sequence[int]) -> list[tuple[Place, ...]]:
    """Return the places active at each address, inlined ones first; empty where DWARF says nothing."""
    found: dict[int, tuple[Place, ...]] = {}
    # pyelftools raises anything on damaged DWARF; a finding without a line is better than none.
    with contextlib.suppress(Exception), path.open("rb") as file:
        elf = ELFFile(file)
        if elf.has_dwarf_info():
            _search(elf.get_dwarf_info(relocate_dwarf_sections=False), addresses, found)
    return [found.get(address, ()) for address in addresses]


def spans_by_dwarf(path: Path, address: int) -> list[list[tuple[int, int]]]:
    """Return where the code of each function lies that is active at an address, those that were inlined first."""
    # As above: pyelftools raises anything on damaged DWARF.
    with contextlib.suppress(Exception), path.open("rb") as file:
        elf = ELFFile(file)
        for unit in (
            elf.get_dwarf_info(relocate_dwarf_sections=False).iter_CUs() if elf.has_dwarf_info() else ()
        ):
            top = unit.get_top_DIE()
            spans = list(_ranges(top))
            if spans and not covers(spans, address):
                continue
            chain = [die for die in _chain(top, address) if die.tag != "DW_TAG_lexical_block"]
            if chain:
                return [list(_ranges(die)) for die in reversed(chain)]
    return []


def _search(dwarf: Any, addresses: Sequence[int], found: dict[int, tuple[Place, ...]]) -> None:
    for unit in dwarf.iter_CUs():
        left = [address for address in addresses if address not in found]
        if not left:
            return
        top = unit.get_top_DIE()
        spans = list(_ranges(top))
        mine = [address for address in left if not spans or covers(spans, address)]
        for address in mine:
            if places := tuple(_places(dwarf, unit, top, address)):
                found[address] = places


def _places(dwarf: Any, unit: Any, top: Any, address: int) -> Iterator[Place]:
    files = _Files(dwarf, unit, top)
    file, line, column = files.row(address)
    for die in reversed(_chain(top, address)):
        if die.tag == "DW_TAG_lexical_block":
            continue
        yield _name(die), file, line, column
        if die.tag == "DW_TAG_subprogram":
            return
        # What is inlined continues, one level up, at the place of the call.
        file = files.named(_value(die, "DW_AT_call_file", 0))
        line, column = _value(die, "DW_AT_call_line", 0), _value(die, "DW_AT_call_column", 0)


def _chain(top: Any, address: int) -> list[Any]:
    """Return the bodies around `address`, outermost first."""
    chain: list[Any] = []
    level = top
    while True:
        inner = next((die for die in _bodies(level) if covers(list(_ranges(die)), address)), None)
        if inner is None:
            return chain
        chain.append(inner)
        level = inner


def _bodies(die: Any) -> Iterator[Any]:
    for child in die.iter_children():
        if child.tag in _BODIES:
            yield child
        elif child.tag in {"DW_TAG_namespace", "DW_TAG_structure_type"}:  # where Rust and C++ put functions
            yield from _bodies(child)


def _ranges(die: Any) -> Iterator[tuple[int, int]]:
    low, high, ranges = (die.attributes.get(f"DW_AT_{name}") for name in ("low_pc", "high_pc", "ranges"))
    if low is not None and high is not None:
        is_size = describe_form_class(high.form) == "constant"
        yield low.value, low.value + high.value if is_size else high.value
    elif ranges is not None:
        base = die.cu.get_top_DIE().attributes.get("DW_AT_low_pc")
        start = base.value if base else 0
        lists = die.dwarfinfo.range_lists()
        for entry in lists.get_range_list_at_offset(ranges.value, cu=die.cu):
            if hasattr(entry, "base_address"):
                start = entry.base_address
            else:
                shift = 0 if getattr(entry, "is_absolute", False) else start
                yield entry.begin_offset + shift, entry.end_offset + shift


def covers(spans: Sequence[tuple[int, int]], address: int) -> bool:
    """Tell whether one of the half-open `spans` has the address."""
    return any(low <= address < high for low, high in spans)


def _name(die: Any) -> str:
    for _ in range(4):  # an inlined instance refers to its abstract one, that to its declaration
        for attribute in _NAMES:
            if attribute in die.attributes:
                return str(die.attributes[attribute].value.decode("utf-8", "replace"))
        origin = next((name for name in _ORIGINS if name in die.attributes), None)
        if origin is None:
            return ""
        die = die.get_DIE_from_attribute(origin)
    return ""


def _value(die: Any, name: str, default: int) -> int:
    attribute = die.attributes.get(name)
    return default if attribute is None else int(attribute.value)


class _Files:
    """The line table of one unit."""

    def __init__(self, dwarf: Any, unit: Any, top: Any) -> None:
        self._program = dwarf.line_program_for_CU(unit)
        home = top.attributes.get("DW_AT_comp_dir")
        self._home = Path(os.fsdecode(home.value)) if home else Path()

    def row(self, address: int) -> tuple[Path | None, int, int]:
        """Return file, line and column of the table's last row at or before `address`."""
        before: Any = None
        for entry in self._program.get_entries() if self._program else ():
            state = entry.state
            if state is None:
                continue
            if before is not None and before.address <= address < state.address:
                return self.named(before.file), before.line, before.column
            before = None if state.end_sequence else state
        return None, 0, 0

    def named(self, number: int) -> Path | None:
        """Return the file that the table knows by `number`; DWARF 5 counts files from 0, older from 1."""
        if self._program is None:
            return None
        header = self._program.header
        first = 0 if header["version"] >= 5 else 1
        try:
            entry = header["file_entry"][number - first]
            folder = (
                header["include_directory"][entry["dir_index"] - first]
                if entry["dir_index"] >= first
                else b""
            )
        except IndexError:
            return None
        return self._home / os.fsdecode(folder) / os.fsdecode(entry["name"])
