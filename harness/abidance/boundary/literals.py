"""Values as C source: literals, initializers, and words where C has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.shapes import Array, Opaque, Pointer, Record, Scalar, What
from abidance.boundary.values import Mark, NewHandle, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.shapes import Member, Shape

LONG = 64
"""Longer memory is shown by its length, first and last bytes."""


def scalar_text(shape: Scalar, value: float) -> str:
    """Return a number as C shows it: an enumerator's name, ``true``, a suffix where the type needs one."""
    if shape.kind == "bool" and value in (0, 1):
        return "true" if value else "false"
    if shape.names and value in shape.names:
        return shape.names[int(value)]
    if shape.kind == "enum":
        return f"({shape.spelling}){value}"
    if shape.kind == "float":
        return _float_text(value, shape.size)
    if value in (-(1 << 63), -(1 << 31)):
        return f"(-{-value - 1}{'L' if value < -(1 << 31) else ''} - 1)"
    if value > 0xFFFFFFFF:
        return f"0x{value:x}" if value > 1 << 40 else str(value)
    return str(value)


def in_words(shape: Shape, value: Value) -> str:
    """Return a value for a sentence: as C shows it, but the least integers as the numbers that they are."""
    text = value_text(shape, value)
    return str(value) if isinstance(shape, Scalar) and text.startswith("(-") else text


def _float_text(value: float, size: int) -> str:
    if value != value:  # noqa: PLR0124 - the definition of NaN
        return "NAN"
    if value in (float("inf"), float("-inf")):
        return "INFINITY" if value > 0 else "-INFINITY"
    return f"{value!r}{'f' if size == 4 else ''}"


def bytes_text(raw: bytes, *, whole: bool = False) -> str:
    """Return memory as a C string literal; cut in the middle when long, unless `whole`."""
    if len(raw) > LONG and not whole:
        return f"/* {len(raw)} bytes */ {_literal(raw[:24])} ... {_literal(raw[-8:])}"
    return _literal(raw)


_ESCAPES = {0x22: '\\"', 0x5C: "\\\\", 0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t"}


def _literal(raw: bytes) -> str:
    # Octal, not hexadecimal: C ends an octal escape after three digits (C11 6.4.4.4p1), so no digit that
    # follows is swallowed. `?` is escaped against trigraphs.
    parts = []
    for byte in raw:
        if byte in _ESCAPES:
            parts.append(_ESCAPES[byte])
        elif byte == 0x3F:
            parts.append("\\?")
        elif 0x20 <= byte < 0x7F:
            parts.append(chr(byte))
        else:
            parts.append(f"\\{byte:03o}")
    return f'"{"".join(parts)}"'


def value_text(shape: Shape, value: Value, path: str = "", sizes: Mapping[str, int] | None = None) -> str:
    """Return a value as an expression of C, or as words.

    `sizes` tells how many bytes stand behind the pointer at a path, for memory that has no contents yet.
    """
    match shape:
        case Scalar() if isinstance(value, int | float):
            return scalar_text(shape, value)
        case Record(spelling=spelling) if isinstance(value, dict):
            return f"({spelling}){fields_text(shape, value, path, sizes)}"
        case Array() if isinstance(value, bytes):
            return bytes_text(value)
        case Array(of=of) if isinstance(value, list):
            return list_text(of, value, path, sizes)
        case Pointer() if isinstance(value, bytes):
            return bytes_text(value)
        case Pointer(element=element, what=What.ARRAY) if isinstance(value, list):
            return f"({_spelling(element)}[]){list_text(element, value, path, sizes)}"
        case Pointer(element=element) if isinstance(value, dict):
            return f"&{value_text(element, value, path, sizes)}"
        case Pointer(element=element) if isinstance(value, int | float):
            return f"&({_spelling(element)}){{{value_text(element, value)}}}"
        case Pointer(element=element) if value is Mark.ROOM and sizes and path in sizes:
            count = sizes[path] // max(element.size, 1)
            return f"({_spelling(element)}[{count}]){{0}}"
    match value:
        case None:
            return "NULL"
        case NewHandle(handle, _, _):
            return handle
        case Mark.ROOM:
            return "<room>"
        case Mark.SOMEWHERE:
            return "not NULL"
        case bytes():
            return bytes_text(value)
    return str(value)


def fields_text(
    shape: Record, value: Mapping[str, Value], path: str = "", sizes: Mapping[str, int] | None = None
) -> str:
    """Return a record's fields in braces, those that are NULL for want of anything to say left out."""
    inner = ", ".join(
        f".{m.name} = {value_text(m.shape, value[m.name], f'{path}.{m.name}', sizes)}"
        for m in shape.members
        if m.name in value and _worth_showing(m, value[m.name])
    )
    return f"{{{inner}}}"


def list_text(
    of: Shape, value: list[Value], path: str = "", sizes: Mapping[str, int] | None = None, most: int = 16
) -> str:
    """Return elements in braces, the first of them when there are many."""
    shown = ", ".join(
        fields_text(of, item, f"{path}[{n}]", sizes)
        if isinstance(of, Record) and isinstance(item, dict)
        else value_text(of, item, f"{path}[{n}]", sizes)
        for n, item in enumerate(value[:most])
    )
    return f"{{{shown}{f', /* {len(value)} in all */' if len(value) > most else ''}}}"


def _spelling(shape: Shape) -> str:
    return shape.spelling if isinstance(shape, Scalar | Record | Opaque) else "unsigned char"


def _worth_showing(member: Member, value: Value) -> bool:
    return not (isinstance(member.shape, Opaque) and value is None)
