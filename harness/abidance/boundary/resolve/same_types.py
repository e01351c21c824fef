"""Whether two C types are the same behind their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.ir.types import Array, FunctionType, Pointer, Vector

if TYPE_CHECKING:
    from abidance.ir.declarations import Declarations
    from abidance.ir.types import Type


def same_type(one: Type, other: Type, declarations: Declarations) -> bool:
    """Tell whether a caller passes both in the same way: qualifiers do not matter (C11 6.7.6.3p15)."""
    first, second = declarations.resolve(one), declarations.resolve(other)
    match first, second:
        case Pointer(a), Pointer(b):
            return same_type(a, b, declarations)
        case Array(a, count, text), Array(b, also, words):
            return (count, text) == (also, words) and same_type(a, b, declarations)
        case Vector(a, size, _), Vector(b, also_size, _):
            return size == also_size and same_type(a, b, declarations)
        case FunctionType(), FunctionType():
            if len(first.parameters) != len(second.parameters) or first.variadic != second.variadic:
                return False
            pairs = zip(first.parameters, second.parameters, strict=True)
            return same_type(first.returns, second.returns, declarations) and all(
                same_type(a, b, declarations) for a, b in pairs
            )
    return first == second
