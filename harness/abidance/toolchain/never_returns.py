"""Functions whose machine code never returns: what ends the process for others, such as a wrapper around `abort`.

That is read from the code, and from where debug information says that it lies: no return, nothing that leads out of it
but calls, and a call or a trap at the end of each of its parts. A function that may come back has a way out.
"""

from __future__ import annotations

import contextlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from abidance.toolchain.dwarf.frames import covers, spans_by_dwarf
from abidance.toolchain.elf_image import open_image
from abidance.toolchain.machine_code import IMMEDIATE, MACHINES, branches, calls, disassembler, ends, returns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from abidance.toolchain.elf_image import Image

_LONGEST = 1 << 14
"""Longer functions, in bytes, do more than to end the process."""
_PADDING = frozenset({"nop", "ud2", "hlt", "int3", "brk", "udf"})


@lru_cache(256)
def never_return(path: Path, offset: int) -> tuple[bool, ...]:
    """Tell of each function that is active at an offset, those that were inlined first, whether it never returns.

    Nothing is raised, and of what cannot be read it is not known.
    """
    with contextlib.suppress(OSError, ValueError), path.open("rb") as file:
        image = open_image(file)
        if image.machine in MACHINES and image.order == "<" and image.bits == 64:
            reader = disassembler(image.machine)
            return tuple(_never(image, reader, spans) for spans in spans_by_dwarf(path, offset))
    return ()


def _never(image: Image, reader: object, spans: Sequence[tuple[int, int]]) -> bool:
    if not spans or sum(high - low for low, high in spans) > _LONGEST:
        return False
    return all(_stays(image, reader, low, high, spans) for low, high in spans if low < high)


def _stays(image: Image, reader: Any, low: int, high: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Tell whether one part of a function leads nowhere but into its parts."""
    last, read = None, low
    for each in reader.disasm(image.part(image.file_offset(low), high - low), low):
        read = each.address + each.size
        if returns(each):
            return False
        if branches(each) and not calls(each):
            targets = [operand.imm for operand in each.operands if operand.type == IMMEDIATE]
            if not targets or not covers(spans, targets[-1]):
                return False
        if each.mnemonic not in _PADDING:
            last = each
    return read == high and last is not None and (calls(last) or ends(last))
