"""Types and names as C source."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from abidance.ir.types import (
    Array,
    Basic,
    EnumRef,
    FunctionType,
    Pointer,
    Qualified,
    RecordRef,
    Type,
    TypedefRef,
    Unsupported,
    Vector,
    Void,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.ir.declarations import Declarations


def spell(type_: Type, declarator: str = "", declarations: Declarations | None = None) -> str:
    """Return `type_` as C source, declaring `declarator` when one is given (C11 6.7.6, 6.7.7)."""
    return declare(type_, declarator, partial(_name, declarations))


def declare(type_: Type, declarator: str, name: Callable[[Type], str], *, old_style: str = "void") -> str:
    """Return a declaration in which `name` gives the text of every type that is none of pointers, arrays, functions.

    `old_style` is what stands between the parentheses of a function without a prototype.
    """
    inside = partial(declare, name=name, old_style=old_style)
    match type_:
        case Qualified(Pointer(to), qualifiers):
            inner = f"*{' '.join(sorted(qualifiers))} {declarator}".strip()
            return inside(to, f"({inner})" if isinstance(to, Array | FunctionType) else inner)
        case Qualified(of, qualifiers):
            return f"{' '.join(sorted(qualifiers))} {inside(of, declarator)}"
        case Pointer(to):
            inner = f"*{declarator}"
            return inside(to, f"({inner})" if isinstance(to, Array | FunctionType) else inner)
        case Array(of, count, text):
            size = text or ("" if count is None else str(count))
            return inside(of, f"{declarator}[{size}]")
        case FunctionType(returns, parameters, variadic, prototype):
            listed = [inside(each, "") for each in parameters] + (["..."] if variadic else [])
            words = ", ".join(listed) or ("void" if prototype else old_style)
            return inside(returns, f"{declarator}({words})")
    return f"{name(type_)} {declarator}".strip()


def quoted(text: str) -> str:
    """Return a string literal, or the name in an include directive."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _name(declarations: Declarations | None, type_: Type) -> str:
    match type_:
        case Basic("_Bool"):
            return "bool"
        case Basic(text) | TypedefRef(text) | Unsupported(text):
            return text
        case Vector(of, size, attribute):
            return f"{spell(of, '', declarations)} __attribute__(({attribute}({size})))"
        case RecordRef(key):
            record = declarations.records.get(key) if declarations else None
            return record.spelling if record and record.spelling else key
        case EnumRef(key):
            enum = declarations.enums.get(key) if declarations else None
            return enum.spelling if enum and enum.spelling else key
        case Void():
            return "void"
    raise AssertionError(type_)
