"""Types as C source."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

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
    from abidance.ir.declarations import Declarations


def spell(type_: Type, declarator: str = "", declarations: Declarations | None = None) -> str:
    """Return `type_` as C source, declaring `declarator` when one is given (C11 6.7.6, 6.7.7)."""
    match type_:
        case Void():
            return _join("void", declarator)
        case Basic(spelling):
            return _join("bool" if spelling == "_Bool" else spelling, declarator)
        case Vector(of, size, attribute):
            return _join(f"{spell(of, '', declarations)} __attribute__(({attribute}({size})))", declarator)
        case TypedefRef(name):
            return _join(name, declarator)
        case RecordRef(key):
            record = declarations.records.get(key) if declarations else None
            return _join(record.spelling if record and record.spelling else key, declarator)
        case EnumRef(key):
            enum = declarations.enums.get(key) if declarations else None
            return _join(enum.spelling if enum and enum.spelling else key, declarator)
        case Qualified(Pointer(to), qualifiers):
            inner = f"*{' '.join(sorted(qualifiers))} {declarator}".strip()
            return spell(to, f"({inner})" if isinstance(to, Array | FunctionType) else inner, declarations)
        case Qualified(of, qualifiers):
            return f"{' '.join(sorted(qualifiers))} {spell(of, declarator, declarations)}"
        case Pointer(to):
            inner = f"*{declarator}"
            return spell(to, f"({inner})" if isinstance(to, Array | FunctionType) else inner, declarations)
        case Array(of, count, text):
            size = text or ("" if count is None else str(count))
            return spell(of, f"{declarator}[{size}]", declarations)
        case FunctionType(returns, parameters, variadic, _):
            listed = [spell(p, "", declarations) for p in parameters] + (["..."] if variadic else [])
            return spell(returns, f"{declarator}({', '.join(listed) or 'void'})", declarations)
        case Unsupported(spelling, _):
            return _join(spelling, declarator)
        case _:
            assert_never(type_)


def _join(base: str, declarator: str) -> str:
    return f"{base} {declarator}".strip()
