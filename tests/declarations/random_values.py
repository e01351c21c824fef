"""Values of random types with as many random bits as they have: a zero would hide what is not passed."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

from declarations.c_types import Array, CType, Enum, FunctionPointer, Pointer, Record, Scalar, Vector, bare

if TYPE_CHECKING:
    import random


def value_of(type_: CType, choose: random.Random, bits: int | None = None):
    """Return a value whose bits are as random as can be: a zero would hide what is not passed."""
    match bare(type_):
        case Enum(listed):
            fitting = [v for v in listed if bits is None or _fits(v, bits, min(listed) < 0)]
            return choose.choice(fitting or [0])
        case Pointer() | FunctionPointer():
            return choose.randrange(1 << 47)
        case Array(of, count):
            return tuple(value_of(of, choose) for _ in range(count or 0))
        case Vector(of, lanes):
            return tuple(value_of(of, choose) for _ in range(lanes))
        case Record(kind, members):
            kept = [m for m in members if m.named or m.bits is None]
            if kind == "struct":
                return tuple(value_of(m.type, choose, m.bits) for m in kept)
            at = choose.randrange(len(kept))
            return at, value_of(kept[at].type, choose, kept[at].bits)
        case Scalar(c) as scalar:
            return _number(c, scalar, choose, bits)
    raise AssertionError(type_)


def _number(c, scalar, choose, bits):
    wide = scalar.bits if bits is None else bits
    match scalar.kind:
        case "bool":
            return choose.randrange(2)
        case "char":
            return choose.randrange(1 << (wide - 1)) if wide > 1 else 0
        case "uint":
            return choose.getrandbits(wide)
        case "int":
            return choose.getrandbits(wide) - (1 << (wide - 1))
        case "complex":
            return _real(choose, c.startswith("float")), _real(choose, c.startswith("float"))
    return _real(choose, c == "float")


def _real(choose, single):
    while True:
        size, letter = (4, "<f") if single else (8, "<d")
        number = struct.unpack(letter, choose.randbytes(size))[0]
        if math.isfinite(number):
            return number


def _fits(value, bits, signed):
    return -(1 << (bits - 1)) <= value < 1 << (bits - 1) if signed else 0 <= value < 1 << bits
