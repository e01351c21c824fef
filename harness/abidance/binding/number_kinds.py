"""The numbers that ctypes has no type for, as a written module has them: see `written_stub_support`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.ir.layout import Scalar
from abidance.ir.types import Basic, Vector

if TYPE_CHECKING:
    from abidance.ir.declarations import Declarations
    from abidance.ir.layout import Layouts
    from abidance.ir.types import Type

_SINGLE, _DOUBLE, _X87, _QUAD = (24, 127), (53, 1023), (64, 16383), (113, 16383)
# Precision and largest exponent, as x86-64 has them.
_BINARY = {
    "float": _SINGLE,
    "double": _DOUBLE,
    "long double": _X87,
    "_Float16": (11, 15),
    "__fp16": (11, 15),
    "__bf16": (8, 127),
    "_Float32": _SINGLE,
    "_Float64": _DOUBLE,
    "_Float32x": _DOUBLE,
    "_Float64x": _X87,
    "__float80": _X87,
    "_Float128": _QUAD,
}
# Digits, largest exponent, bits of the exponent.
_DECIMAL = {"_Decimal32": (7, 96, 8), "_Decimal64": (16, 384, 10), "_Decimal128": (34, 6144, 14)}
_COMPLEX = " _Complex"
_BIT_INT = re.compile(r"(?:unsigned )?_BitInt\((\d+)\)")
_ANY_NUMBER = "Decimal | Fraction | float"


@dataclass(frozen=True, slots=True)
class NumberKind:
    """The text that makes the kind, and the annotations of what it takes and gives."""

    text: str
    takes: str
    gives: str


def number_kind(type_: Type, declarations: Declarations, layouts: Layouts) -> NumberKind | None:
    """Return how a written module passes a number; None where its format is not known."""
    match declarations.resolve(type_):
        case Basic(spelling) as basic if spelling not in layouts.failed:
            return _basic(spelling, layouts.number(basic), layouts)
        case Vector(of) as vector:
            return _vector(of, vector, declarations, layouts)
    return None


def _basic(spelling: str, scalar: Scalar | None, layouts: Layouts) -> NumberKind | None:
    if scalar is None:
        return None
    match scalar.kind:
        case "int":
            return _int(scalar, 8 * scalar.size)
        case "bitint":
            width = _BIT_INT.fullmatch(spelling)
            return _int(scalar, int(width[1])) if width else None
        case "float":
            return _real(spelling, scalar.size)
        case "decimal":
            digits, highest, width_ = _DECIMAL[spelling]
            text = f"_DecimalReal({scalar.size}, {digits}, {highest}, {width_})"
            return NumberKind(text, _ANY_NUMBER, "Decimal")
        case "complex":
            part = spelling.removesuffix(_COMPLEX)
            return _complex(_basic(part, layouts.scalars.get(part) or _half(scalar), layouts))
    return None


def _int(scalar: Scalar, bits: int) -> NumberKind:
    return NumberKind(f"_Int({scalar.size}, {bits}, signed={scalar.signed})", "int", "int")


def _real(spelling: str, size: int) -> NumberKind | None:
    if spelling not in _BINARY:
        return None
    precision, highest = _BINARY[spelling]
    explicit = ", explicit=True" if _BINARY[spelling] == _X87 else ""
    gives = "float" if precision <= _DOUBLE[0] else "Decimal"
    return NumberKind(f"_Real({size}, {precision}, {highest}{explicit})", _ANY_NUMBER, gives)


def _half(scalar: Scalar) -> Scalar:
    """Return the part of a complex type (C11 6.2.5p13)."""
    return Scalar("float", scalar.size // 2, scalar.align)


def _complex(part: NumberKind | None) -> NumberKind | None:
    if part is None:
        return None
    gives = "complex" if part.gives == "float" else "Complex"
    return NumberKind(f"_Complex({part.text})", "Complex | complex", gives)


def _vector(of: Type, vector: Vector, declarations: Declarations, layouts: Layouts) -> NumberKind | None:
    from abidance.ir.declarations import spell  # noqa: PLC0415 - few headers have vectors

    whole = layouts.scalars.get(spell(vector, "", declarations))
    element, scalar = number_kind(of, declarations, layouts), layouts.number(declarations.resolve(of))
    if whole is None or element is None or scalar is None or not scalar.size:
        return None
    text = f"_Row({element.text}, {whole.size // scalar.size})"
    return NumberKind(text, f"Sequence[{element.takes}]", f"tuple[{element.gives}, ...]")
