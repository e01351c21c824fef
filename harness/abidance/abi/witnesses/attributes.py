"""Attributes that callers rely on, in one spelling."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abidance.abi.facts import Unknown
    from abidance.ir.declarations import Attribute

# What a caller's compiler may assume of a call, or must do for it (GCC manual, "Common Function Attributes").
_PLAIN = frozenset(
    (
        *("pure", "const", "malloc", "returns_nonnull", "returns_twice", "warn_unused_result", "nodiscard"),
        # These stop or warn whoever is compiled again with a call; what they say there may change.
        *("error", "unavailable", "warning"),
    )
)
_WITH_ARGUMENTS = frozenset(("format", "sentinel", "alloc_size", "alloc_align", "format_arg"))
CONVENTIONS = frozenset(
    (
        "ms_abi",
        "sysv_abi",
        "cdecl",
        "stdcall",
        "fastcall",
        "thiscall",
        "regparm",
        "vectorcall",
        "pcs",
        "sseregparm",
    )
)
# Those that a target has no other than, or ignores (GCC manual, "x86 Function Attributes").
_IDLE = {
    "x86_64": frozenset(("sysv_abi", "cdecl", "stdcall", "fastcall", "thiscall", "regparm", "sseregparm")),
    "i386": frozenset(("cdecl",)),
}
_SAME = {"nodiscard": "warn_unused_result"}


def relied_on(attributes: Iterable[Attribute], pointers: Sequence[bool], machine: str) -> tuple[str, ...]:
    """Return the attributes as sorted text; `pointers` tells which parameters are pointers.

    ``nonnull`` without arguments speaks of every pointer, so it is spelled out; it is one entry a parameter,
    counted from 1.
    """
    found: set[str] = set()
    idle = _IDLE.get("i386" if machine in ("i486", "i586", "i686") else machine, frozenset())
    for each in attributes:
        if each.name in idle:
            continue
        arguments = "".join((each.arguments or "").split())
        if each.name == "nonnull":
            listed = re.findall(r"[0-9]+", arguments)
            numbers = map(int, listed) if listed else (n for n, p in enumerate(pointers, 1) if p)
            found.update(f"nonnull({number})" for number in numbers)
        elif each.name in _PLAIN:
            found.add(_SAME.get(each.name, each.name))
        elif each.name in _WITH_ARGUMENTS | CONVENTIONS:
            found.add(f"{each.name}({arguments.replace('__', '')})" if arguments else each.name)
    return tuple(sorted(found))


def alignment(attributes: Iterable[Attribute]) -> int | Unknown | None:
    """Return the alignment in bytes that the attributes ask for, None when they ask for none."""
    for each in attributes:
        if each.name == "aligned":
            text = (each.arguments or "").strip()
            return int(text, 0) if re.fullmatch(r"0[xX][0-9a-fA-F]+|[0-9]+", text) else UNKNOWN
    return None
