"""Small questions about entries, how their types are written, and what tells their definitions apart."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.abi.facts import EnumFacts, RecordFacts
from abidance.ir.types import Array, FunctionType, Qualified, Type
from abidance.toolchain.dwarf.names import C_LANGUAGES, RUST, At

if TYPE_CHECKING:
    from abidance.toolchain.dwarf.unit import DebugEntry

DAMAGED = (ValueError, IndexError, KeyError, struct.error, OverflowError, RecursionError)
"""What reading a damaged file raises."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What tells definitions of one name apart: size in bytes and line."""

    size: int | None
    line: int | None


def qualified(type_: Type, qualifier: str) -> Type:
    """Return the type with one more qualifier; those of an array are its elements' (C11 6.7.3p9)."""
    match type_:
        case Qualified(of, already):
            return Qualified(of, already | {qualifier})
        case Array(of, count, text):
            return Array(qualified(of, qualifier), count, text)
        case FunctionType():
            return type_
        case _:
            return Qualified(type_, frozenset((qualifier,)))


def is_prototype(entry: DebugEntry) -> bool:
    """Tell whether calls are checked against the parameters; only C has functions for which they are not."""
    return entry.flag(At.PROTOTYPED) or entry.unit.language not in C_LANGUAGES


def tag_of(name: str) -> str:
    """Return a name as it stands in a key; angle brackets there mark what has no name."""
    return name.replace("<", "[").replace(">", "]")


def is_cxx(entry: DebugEntry) -> bool:
    """Tell whether an entry is of C++, whose types have namespaces; what is of neither C nor Rust is taken for that."""
    return entry.unit.language not in C_LANGUAGES and entry.unit.language != RUST


def is_opaque(fact: RecordFacts | EnumFacts) -> bool:
    """Tell whether a record or enum is declared and never completed."""
    return (fact.fields if isinstance(fact, RecordFacts) else fact.enumerators) is None
