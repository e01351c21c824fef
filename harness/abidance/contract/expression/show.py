"""Values as C shows them, short enough to stand under a source line."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum
from fractions import Fraction

_WHOLE = 32
_LONGEST = 1 << 32  # of what has a length at all
_FIRST, _LAST = 16, 8
_ESCAPES = {9: "\\t", 10: "\\n", 13: "\\r", 34: '\\"', 92: "\\\\"}


def show(value: object) -> str:
    """Return a value in C's spelling; long buffers and lists as their ends and their length."""
    match value:
        case None:
            return "null"
        case Enum():
            return str(getattr(value, "description", value.name))
        case bool():
            return "true" if value else "false"
        case float():
            return repr(value)
        case Fraction():
            return _fraction(value)
        case int():
            return str(value) if value.bit_length() < 256 else f"a number of {value.bit_length()} bits"
        case str():
            return show(value.encode("utf-8", "surrogatepass"))
        case bytes() | bytearray() | memoryview():
            return _bytes(bytes(value))
        case Mapping():
            return "{" + ", ".join(f".{name} = {show(part)}" for name, part in value.items()) + "}"
        case range() if abs(value.stop - value.start) > _LONGEST * abs(value.step):
            return "a long range"
        case Sequence():
            return _list(value)
        case _:
            return str(value)


def _fraction(value: Fraction) -> str:
    """Return an exact number as C writes one of many digits: in hexadecimal, or rounded where it has no end."""
    shift = value.denominator.bit_length() - 1
    with contextlib.suppress(OverflowError):
        if float(value) == value:
            return repr(float(value))
    if value.denominator != 1 << shift:
        return f"{Decimal(value.numerator) / Decimal(value.denominator):.34g}"
    whole, exponent = abs(value.numerator), -shift
    while whole and not whole & 1:
        whole, exponent = whole >> 1, exponent + 1
    return f"{'-' if value < 0 else ''}{whole:#x}p{exponent:+d}"


def _bytes(value: bytes) -> str:
    if len(value) <= _WHOLE:
        return f'"{_escaped(value)}"'
    return f'"{_escaped(value[:_FIRST])}" ... "{_escaped(value[-_LAST:])}" ({len(value)} bytes)'


def _escaped(value: bytes) -> str:
    return "".join(
        _ESCAPES.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}") for byte in value
    )


def _list(value: Sequence[object]) -> str:
    if len(value) <= _FIRST:
        return "{" + ", ".join(show(item) for item in value) + "}"
    first = ", ".join(show(item) for item in value[: _FIRST // 2])
    last = ", ".join(show(item) for item in value[-_LAST // 2 :])
    return f"{{{first}, ..., {last}}} ({len(value)} elements)"
