"""What a set of types needs: the closure over members, pointers, parameters and typedefs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from abidance.ir.spelling import spell
from abidance.ir.types import (
    Array,
    Basic,
    EnumRef,
    FunctionType,
    Pointer,
    Qualified,
    RecordRef,
    TypedefRef,
    Unsupported,
    Vector,
    Void,
)

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
    # A list of its own rather than recursion: a linked list of record types may be as long as it likes.
    waiting = list(roots)[::-1]
    while waiting:
        match waiting.pop():
            case Void() | Unsupported():
                pass
            case Basic(spelling):
                met["basic"][spelling] = None
            case Vector(of, _, _) as vector:
                met["basic"][spell(vector, "", declarations)] = None
                waiting.append(of)
            case Pointer(of) | Qualified(of, _):
                waiting.append(of)
            case Array(of, _, text):
                if text:
                    met["array"][text] = None
                waiting.append(of)
            case FunctionType(returns, parameters, _, _):
                waiting += [*reversed(parameters), returns]
            case TypedefRef(name):
                typedef = declarations.typedefs.get(name)
                if typedef and name not in met["typedef"]:
                    met["typedef"][name] = None
                    waiting.append(typedef.type)
            case RecordRef(key):
                record = declarations.records.get(key)
                if record and key not in met["record"]:
                    met["record"][key] = None
                    waiting += [field.type for field in reversed(record.fields or ())]
            case EnumRef(key):
                met["enum"][key] = None
            case unknown:
                assert_never(unknown)
    return Reachable(*(tuple(met[kind]) for kind in ("basic", "record", "enum", "typedef", "array")))
