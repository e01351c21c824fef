"""What a set of types needs: the closure over members, pointers, parameters and typedefs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.ir.spelling import spell
from abidance.ir.traversal import reach
from abidance.ir.types import Array, Basic, EnumRef, RecordRef, TypedefRef, Vector

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.ir.declarations import Declarations, Function
    from abidance.ir.types import Type


@dataclass(frozen=True, slots=True)
class Reachable:
    """Names and keys in the order in which they were met, each once.

    `basics` has the spellings that `Layouts.scalars` is keyed by, those of vectors included; `arrays` the
    sizes that are expressions for the compiler.
    """

    basics: tuple[str, ...]
    records: tuple[str, ...]
    enums: tuple[str, ...]
    typedefs: tuple[str, ...]
    arrays: tuple[str, ...]


def types_of(function: Function) -> tuple[Type, ...]:
    """Return the types that a call of `function` passes and gets back."""
    return (function.returns, *(parameter.type for parameter in function.parameters))


def reachable(declarations: Declarations, roots: Iterable[Type]) -> Reachable:
    """Return everything that `roots` are made of, point at, or pass to what they call."""
    met: dict[str, dict[str, None]] = {kind: {} for kind in ("basic", "record", "enum", "typedef", "array")}
    for each in reach(roots, declarations):
        match each:
            case Basic(spelling):
                met["basic"][spelling] = None
            case Vector():
                met["basic"][spell(each, "", declarations)] = None
            case Array(size_text=text) if text:
                met["array"][text] = None
            case TypedefRef(name) if name in declarations.typedefs:
                met["typedef"][name] = None
            case RecordRef(key) if key in declarations.records:
                met["record"][key] = None
            case EnumRef(key):
                met["enum"][key] = None
    return Reachable(*(tuple(met[kind]) for kind in ("basic", "record", "enum", "typedef", "array")))
