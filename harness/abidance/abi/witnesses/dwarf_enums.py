"""Enums as DWARF describes them (DWARF 5, 5.7.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN, EnumeratorFacts, EnumFacts
from abidance.toolchain.dwarf.names import At, Tag

if TYPE_CHECKING:
    from abidance.core.span import Span
    from abidance.toolchain.dwarf.unit import DebugEntry


def enum_of(key: str, entry: DebugEntry, signed: bool | None, span: Span | None) -> EnumFacts:
    """Return the enum; `signed` is what its type says, and None where that says nothing."""
    size = entry.number(At.BYTE_SIZE)
    listed = []
    for child in entry.children(Tag.ENUMERATOR):
        value = child.number(At.CONST_VALUE)
        if value is not None and size and signed and value >= 1 << (8 * size - 1):
            value -= 1 << 8 * size
        listed.append(EnumeratorFacts(child.text(At.NAME), UNKNOWN if value is None else value))
    if not signed and any(isinstance(each.value, int) and each.value < 0 for each in listed):
        signed = True
    return EnumFacts(
        key,
        tuple(listed),
        UNKNOWN if size is None else size,
        UNKNOWN if signed is None else signed,
        span=span,
    )
