"""Values for random types, and the scalars inside them with their C text.

A value is data of the type's shape: an int, a float, a pair of floats for a complex number, an address for a
pointer, a tuple for an array, a vector or a struct, and ``(member, value)`` for a union. Unnamed bit-fields
and flexible arrays have none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from declarations.c_types import (
    Array,
    CType,
    Enum,
    FunctionPointer,
    Member,
    Pointer,
    Record,
    Scalar,
    Vector,
    bare,
    member_names,
    names_below,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Leaf:
    """One scalar of a value. `path` is behind the whole's own name: ``.m0[2].m1``, a bit-field's too.

    `part` is ``real`` or ``imag`` for half of a complex number. `rust` is the path in Rust, where an
    anonymous member has a name.
    """

    path: str
    rust: str
    type: Scalar | Enum | Pointer | FunctionPointer
    value: Any
    bits: int | None = None
    part: str = ""


def values(type_: CType, bits: int | None = None) -> st.SearchStrategy[Any]:
    """Draw values of a type, or of a bit-field of that type and width."""
    match bare(type_):
        case Scalar(c) as scalar:
            return _scalar_values(scalar, bits, "double" if c == "long double" else c)
        case Enum(listed):
            fitting = [value for value in listed if bits is None or _fits(value, bits, min(listed) < 0)]
            return st.sampled_from(fitting or [0])
        case Pointer() | FunctionPointer():
            return st.integers(0, 2**47 - 1)  # what user space can have on x86-64 and AArch64
        case Array(of, count):
            return st.tuples(*[values(of)] * (count or 0))
        case Vector(of, lanes):
            return st.tuples(*[values(of)] * lanes)
        case Record(kind, members):
            inner = [values(each.type, each.bits) for each in members if _has_value(each)]
            if kind == "struct":
                return st.tuples(*inner)
            return st.one_of([st.tuples(st.just(at), each) for at, each in enumerate(inner)])
    raise AssertionError(type_)


def leaves(type_: CType, value: Any) -> list[Leaf]:
    """Return the scalars of `value` in the order of their declaration; of a union only the one in use."""
    return list(_leaves(bare(type_), value, "", "", 0))


def c_lvalue(leaf: Leaf, whole: str) -> str:
    """Return the C lvalue of a leaf of the object that the expression `whole` names."""
    place = whole + leaf.path
    return f"__{leaf.part}__ {place}" if leaf.part else place


def c_literal(leaf: Leaf) -> str:
    """Return the leaf's value as a C expression that has exactly that value."""
    match leaf.type:
        case Pointer():
            return f"(void *){leaf.value:#x}UL"
        case FunctionPointer():
            return f"(void *){leaf.value:#x}UL"
        case Scalar(_) as scalar if scalar.kind in {"float", "complex"}:
            return _c_float(leaf.value)
        case Scalar(c) if "__int128" in c:
            high, low = (leaf.value >> 64) & (2**64 - 1), leaf.value & (2**64 - 1)
            return f"({c})((unsigned __int128){high:#x}ULL << 64 | {low:#x}ULL)"
        case _:
            return _c_integer(leaf.value)


def c_assign(type_: CType, value: Any, whole: str) -> str:
    """Return statements that give the C object `whole` its value, scalar by scalar."""
    return " ".join(f"{c_lvalue(leaf, whole)} = {c_literal(leaf)};" for leaf in leaves(type_, value))


def c_differs(type_: CType, value: Any, whole: str) -> str:
    """Return a C expression: 0 if the object `whole` has exactly this value, else a leaf's number from 1."""
    text = "0"
    for number, leaf in reversed(list(enumerate(leaves(type_, value), 1))):
        place, literal = c_lvalue(leaf, whole), c_literal(leaf)
        differs = f"{place} != {literal}"
        if isinstance(leaf.type, Scalar) and leaf.type.kind in {"float", "complex"}:
            differs += f" || !__builtin_signbit({place}) != {int(math.copysign(1, leaf.value) > 0)}"
        elif isinstance(leaf.type, Pointer | FunctionPointer):
            differs = f"(void *){place} != {literal}"
        text = f"({differs}) ? {number} : {text}"
    return f"({text})"


def _leaves(type_: CType, value: Any, path: str, rust: str, start: int) -> Iterator[Leaf]:
    match type_:
        case Scalar(c) if "_Complex" in c:
            for part, half in zip(("real", "imag"), value, strict=True):
                yield Leaf(path, rust, type_, half, None, part)
        case Scalar() | Enum() | Pointer() | FunctionPointer():
            yield Leaf(path, rust, type_, value)
        case Array(of, _) | Vector(of, _):
            for at, each in enumerate(value):
                yield from _leaves(bare(of), each, f"{path}[{at}]", f"{rust}[{at}]", 0)
        case Record(kind, members):
            names = member_names(type_, start)
            valued = [at for at, each in enumerate(members) if _has_value(each)]
            chosen = (
                dict(zip(valued, value, strict=True)) if kind == "struct" else {valued[value[0]]: value[1]}
            )
            for at, each in chosen.items():
                member, inner = members[at], bare(members[at].type)
                if member.bits is not None:
                    assert isinstance(inner, Scalar | Enum)
                    yield Leaf(f"{path}.{names[at]}", f"{rust}.{names[at]}", inner, each, member.bits)
                elif member.named:
                    yield from _leaves(inner, each, f"{path}.{names[at]}", f"{rust}.{names[at]}", 0)
                else:
                    below = names_below(type_, start, at)
                    yield from _leaves(inner, each, path, f"{rust}.anonymous{at}", below)


def _has_value(member: Member) -> bool:
    if isinstance(member.type, Array) and member.type.count is None:
        return False
    return member.named or member.bits is None


def _scalar_values(scalar: Scalar, bits: int | None, c: str) -> st.SearchStrategy[Any]:
    wide = scalar.bits if bits is None else bits
    match scalar.kind:
        case "bool":
            return st.integers(0, 1)
        case "char":
            return st.integers(0, 2 ** (wide - 1) - 1)  # whether it has a sign is the target's choice
        case "uint":
            return st.integers(0, 2**wide - 1)
        case "int":
            return st.integers(-(2 ** (wide - 1)), 2 ** (wide - 1) - 1)
        case "complex":
            half = st.floats(allow_nan=False, width=32 if c == "float _Complex" else 64)
            return st.tuples(half, half)
        case _:
            return st.floats(allow_nan=False, width=32 if c == "float" else 64)


def _fits(value: int, bits: int, signed: bool) -> bool:
    return -(2 ** (bits - 1)) <= value < 2 ** (bits - 1) if signed else 0 <= value < 2**bits


def _c_float(value: float) -> str:
    if math.isinf(value):
        return f"{'-' if value < 0 else ''}__builtin_inf()"
    return f"{value.hex()}"


def _c_integer(value: int) -> str:
    if value == -(2**63):
        return "(-9223372036854775807LL - 1)"
    if value > 2**63 - 1:
        return f"{value}ULL"
    return f"({value}LL)" if value < 0 else f"{value}LL"
