"""The operators on numbers in C, as `contract/expression/operations.py` has them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from abidance.native.expressions.emitter import NotCompiledError
from abidance.native.expressions.kinds import (
    AnyValue,
    CNumber,
    Number,
    as_double,
    as_number,
    integer,
    number,
)
from abidance.native.expressions.values import CFloat, CInt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.native.expressions.emitter import Emitter

_WHOLE: Mapping[type[ast.operator], str] = {
    ast.Add: "abidance_add", ast.Sub: "abidance_subtract", ast.Mult: "abidance_multiply",
    ast.FloorDiv: "abidance_floor_divide", ast.Mod: "abidance_modulo",
}  # fmt: skip
_SHIFTS: Mapping[type[ast.operator], str] = {
    ast.LShift: "abidance_shift_left",
    ast.RShift: "abidance_shift_right",
}
_BITS: Mapping[type[ast.operator], str] = {ast.BitOr: "|", ast.BitAnd: "&", ast.BitXor: "^"}
_REAL: Mapping[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
_REAL_CHECKED: Mapping[type[ast.operator], str] = {
    ast.Div: "abidance_real_divide", ast.FloorDiv: "abidance_real_floor_divide", ast.Mod: "abidance_real_modulo",
}  # fmt: skip
_MIXED: Mapping[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "|", ast.Mod: "%",
}  # fmt: skip


def compute(out: Emitter, kind: type[ast.operator], left: AnyValue, right: AnyValue) -> AnyValue:
    """Apply an operator to two numbers."""
    if kind in _SHIFTS or kind in _BITS:
        return _on_integers(out, kind, left, right)
    a, b = number(out, left), number(out, right)
    if kind is ast.Pow:
        return _power(out, a, b)
    match a, b:
        case CInt(x), CInt(y) if kind is ast.Div:
            return CFloat(out.checked("double", f"abidance_true_divide({x}, {y}"))
        case CInt(x), CInt(y):
            return CInt(out.checked("abidance_int", f"{_WHOLE[kind]}({x}, {y}"))
        case ((CInt() | CFloat()), (CInt() | CFloat())):
            x, y = as_double(a), as_double(b)
            if kind in _REAL:
                return CFloat(out.temporary("double", f"abidance_rounded({x} {_REAL[kind]} {y})"))
            return CFloat(out.checked("double", f"{_REAL_CHECKED[kind]}({x}, {y}"))
    operands = f"abidance_number_compute('{_MIXED[kind]}', {as_number(a)}, {as_number(b)}"
    return CNumber(out.checked("abidance_number", operands))


def _on_integers(out: Emitter, kind: type[ast.operator], left: AnyValue, right: AnyValue) -> CInt:
    x, y = integer(out, left), integer(out, right)
    if kind in _SHIFTS:
        return CInt(out.checked("abidance_int", f"{_SHIFTS[kind]}({x}, {y}"))
    boolean = all(isinstance(value, CInt) and value.boolean for value in (left, right))
    result = out.whole(f"{x} {_BITS[kind]} {y}")
    out.refuse_if(f"{result} == ABIDANCE_LEAST")
    return CInt(result, boolean)


def _power(out: Emitter, base: Number, exponent: Number) -> CInt:
    if isinstance(base, CInt) and isinstance(exponent, CInt):
        return CInt(out.checked("abidance_int", f"abidance_power({base.c}, {exponent.c}"))
    raise NotCompiledError("a power of floating-point numbers, which C rounds as its library likes")


def unary(out: Emitter, kind: type[ast.unaryop], value: AnyValue) -> AnyValue:
    """Apply a sign, or invert."""
    if kind is ast.Invert:
        return CInt(out.checked("abidance_int", f"abidance_invert({integer(out, value)}"))
    match number(out, value):
        case CInt(c):
            return CInt(out.whole(f"-{c}" if kind is ast.USub else c))
        case CFloat(c):
            return CFloat(out.temporary("double", f"-{c}" if kind is ast.USub else c))
        case CNumber(c):
            return CNumber(
                out.temporary("abidance_number", f"abidance_number_negative({c})" if kind is ast.USub else c)
            )


def absolute(out: Emitter, value: AnyValue) -> AnyValue:
    """Return the number without its sign."""
    match number(out, value):
        case CInt(c):
            return CInt(out.whole(f"abidance_absolute({c})"))
        case CFloat(c):
            return CFloat(out.temporary("double", f"fabs({c})"))
        case CNumber(c):
            return CNumber(out.temporary("abidance_number", f"abidance_number_absolute({c})"))


def compared(out: Emitter, sign: str, left: Number, right: Number) -> str:
    """Return a condition: how two numbers compare by one of C's signs. Nothing is rounded, and NaN differs from all."""
    match left, right:
        case (CInt(x), CInt(y)) | (CFloat(x), CFloat(y)):
            return f"({x} {sign} {y})"
        case CInt(x), CFloat(y):
            order = out.flag(f"abidance_compare_mixed({x}, {y})")
        case _:
            order = out.flag(f"abidance_number_compare({as_number(left)}, {as_number(right)})")
    return f"({order} {sign} 0{f' && {order} != ABIDANCE_UNORDERED' if sign in ('>', '>=') else ''})"
