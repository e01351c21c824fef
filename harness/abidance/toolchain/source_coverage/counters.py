"""Where a library's counters lie, and what has the linker put them on pages of their own.

Pages of their own can be shared by all processes that call the library: then nothing that a call does to its process
takes a count away. A script that adds one section does that, for GNU ld and lld.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.toolchain.elf_image import open_image

if TYPE_CHECKING:
    from collections.abc import Sequence

GCC, LLVM = ".abidance_counters", "__llvm_prf_cnts"
NOTES = ".abidance_notes"
"""A section that has gcc's notes, in a shared object that leaves no file of them."""
GCC_CALLBACKS = ("__gcov_init", "__gcov_exit", "__gcov_merge_add")
"""What gcc's counters call when a library is loaded and unloaded."""
_SCRIPTS = {GCC: Path(__file__).with_name("gcc.ld"), LLVM: Path(__file__).with_name("llvm.ld")}


@dataclass(frozen=True, slots=True)
class CounterPages:
    """Pages of a library that hold counters and nothing else; `address` is before the library is loaded anywhere."""

    library: Path
    section: str
    address: int
    size: int


def link_flag(section: str) -> str:
    """Return what a compiler gets for the linker to put these counters on pages of their own.

    Nothing where the script's place cannot be named on a command line.
    """
    script = str(_SCRIPTS[section])
    return "" if any(mark in script for mark in " ,") else f"-Wl,-T,{script}"


def counter_pages(library: Path) -> tuple[CounterPages, ...]:
    """Return the pages of a library's counters, none where they share theirs with other data; raises OSError."""
    page = os.sysconf("SC_PAGE_SIZE")
    try:
        with library.open("rb") as file:
            sections = open_image(file).sections
    except (ValueError, struct.error):
        return ()
    return tuple(
        CounterPages(library, each.name, each.address, each.size)
        for each in sections
        if each.name in (GCC, LLVM) and each.size and not each.address % page and not each.size % page
    )


@dataclass(frozen=True, slots=True)
class Counters:
    """The bytes of a library's counters, by where they are loaded."""

    parts: Sequence[tuple[int, bytes]]

    def numbers(self, address: int, count: int) -> tuple[int, ...]:
        """Return counters from an address on; raises ValueError where there are none."""
        for start, data in self.parts:
            if start <= address and address + 8 * count <= start + len(data):
                return struct.unpack_from(f"={count}Q", data, address - start)
        raise ValueError(f"there are no {count} counters at {address:#x}")
