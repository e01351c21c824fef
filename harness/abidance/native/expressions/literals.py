"""Constants of an expression, and of its header, as C."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from abidance.contract.expression import Unavailable
from abidance.native.expressions.emitter import NotCompiledError, NoValueError
from abidance.native.expressions.kinds import AnyValue, CRange
from abidance.native.expressions.sequences import written
from abidance.native.expressions.values import CBytes, CFloat, CInt, CNull, CRecord

if TYPE_CHECKING:
    from abidance.native.expressions.emitter import Emitter

_WIDEST = 127


def literal(out: Emitter, value: object) -> AnyValue:
    """Return a constant in variables, or as C has constants."""
    match value:
        case None:
            return CNull()
        case bool() | int():
            return CInt(out.whole(whole_text(int(value))), isinstance(value, bool))
        case float():
            return CFloat(out.temporary("double", real_text(value)))
        case str():
            return literal(out, value.encode("utf-8", "surrogatepass"))
        case bytes() | bytearray() | memoryview():
            raw = bytes(value)
            return CBytes(f'((const unsigned char *)"{text_of(raw)}")', str(len(raw)))
        case range():
            parts = (value.start, value.step, len(value))
            return CRange(*(out.whole(whole_text(part)) for part in parts))
        case Sequence():
            return written([literal(out, item) for item in value])
        case Mapping():
            return CRecord({str(name): literal(out, item) for name, item in value.items()})
        case Unavailable():
            raise NoValueError
        case Fraction():
            raise NotCompiledError("a floating-point constant that no `double` holds")
    raise NotCompiledError("a constant that has no value in C")


def whole_text(value: int) -> str:
    """Return a whole number as C writes one of 128 bits."""
    if value.bit_length() > _WIDEST:
        raise NotCompiledError(f"a number of more than {_WIDEST} bits")
    size = abs(value)
    if size < 1 << 31:
        return f"(abidance_int){size}" if value >= 0 else f"-(abidance_int){size}"
    text = f"ABIDANCE_INT(0x{size >> 64:x}, 0x{size & (1 << 64) - 1:x})"
    return text if value >= 0 else f"-{text}"


def real_text(value: float) -> str:
    """Return a double as C writes it exactly."""
    if math.isnan(value):
        return '__builtin_nan("")'
    if math.isinf(value):
        return "__builtin_inf()" if value > 0 else "-__builtin_inf()"
    return value.hex()


def text_of(raw: bytes) -> str:
    """Return bytes as they stand in a string literal of C: an octal escape has at most three digits (C17 6.4.4.4)."""
    return "".join(
        chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else f"\\{byte:03o}" for byte in raw
    )
