"""A test case as C source: the minimal failing call as a person would write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.shapes import Array, Handle, Nothing, Opaque, Pointer, Record, Scalar, What
from abidance.boundary.values import ROOM, Mark, NewHandle, Value
from abidance.ir.declarations import spell

if TYPE_CHECKING:
    from abidance.boundary.encode import Encoded, PlacedCall
    from abidance.boundary.model import Boundary, Function
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


def value_text(shape: Shape, value: Value) -> str:
    """Return a value as an initializer or as words."""
    match shape:
        case Scalar() if isinstance(value, int | float):
            return scalar_text(shape, value)
        case Record(spelling=spelling) if isinstance(value, dict):
            inner = ", ".join(
                f".{m.name} = {value_text(m.shape, value[m.name])}"
                for m in shape.members
                if m.name in value and _worth_showing(m, value[m.name])
            )
            return f"({spelling}){{{inner}}}"
        case Array() if isinstance(value, bytes):
            return bytes_text(value)
        case Array(of=of) if isinstance(value, list):
            return "{" + ", ".join(value_text(of, item) for item in value) + "}"
        case Pointer() if isinstance(value, bytes):
            return bytes_text(value)
        case Pointer(element=element) if isinstance(value, list):
            shown = ", ".join(value_text(element, item) for item in value[:16])
            return "{" + shown + (", ..." if len(value) > 16 else "") + "}"
        case Pointer(element=element) if isinstance(value, dict | int | float):
            return f"&{value_text(element, value)}"
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


def _worth_showing(member: Member, value: Value) -> bool:
    return not (isinstance(member.shape, Opaque) and value is None)


def call_text(boundary: Boundary, encoded: Encoded, outcome: str = "", at: int | None = None) -> str:
    """Return the calls up to the one on trial as C; `outcome` becomes a comment behind call `at`.

    Without `at` that is the call on trial. Nothing comes after an earlier one, which ended the process.
    Buffers are shown as literals: the program that `emit` writes gives them exact sizes instead.
    """
    lines: list[str] = []
    names: dict[str, str] = {}
    end = encoded.plan.subject if at is None else at
    for index, placed in enumerate(encoded.calls[: end + 1]):
        last = placed is encoded.subject
        lines += _one_call(boundary, placed, names, last=last, outcome=outcome if index == end else "")
    return "\n".join(lines)


def _one_call(
    boundary: Boundary, placed: PlacedCall, names: dict[str, str], *, last: bool, outcome: str
) -> list[str]:
    function = placed.function
    before: list[str] = []
    given: list[str] = []
    for index, member in enumerate(function.members):
        value = placed.arguments[member.name]
        name = member.name or f"arg{index + 1}"
        text = _argument(boundary, function, index, name, value, names, before)
        given.append(text)
    call = f"{function.name}({', '.join(given)})"
    shape = function.result.shape
    if isinstance(shape, Handle) and not last:
        life = boundary.handles[shape.handle]
        variable = _variable(life.name)
        names[life.name] = variable
        call = f"{life.spelling} *{variable} = {call}"
    comment = f"        // {outcome}" if outcome else ""
    return [*before, f"{call};{comment}"]


def _argument(
    boundary: Boundary,
    function: Function,
    index: int,
    name: str,
    value: Value,
    names: dict[str, str],
    before: list[str],
) -> str:
    member = function.members[index]
    match member.shape:
        case Handle(handle=handle, made=True):
            life = boundary.handles[handle]
            variable = _variable(handle)
            names[handle] = variable
            before.append(f"{life.spelling} {'' if life.record else '*'}{variable};")
            return f"&{variable}"
        case Handle(handle=handle) if isinstance(value, NewHandle):
            life = boundary.handles[handle]
            variable = names.get(handle, _variable(handle))
            if life.record:
                shapes = {m.name: m.shape for m in life.record.members}
                before += [f"{variable}.{k} = {value_text(shapes[k], v)};" for k, v in value.state.items()]
                return f"&{variable}"
            return variable
        case Pointer() as shape if value is not None:
            return _pointer(boundary, function, index, name, shape, value, before)
    return value_text(member.shape, value)


def _pointer(
    boundary: Boundary,
    function: Function,
    index: int,
    name: str,
    shape: Pointer,
    value: Value,
    before: list[str],
) -> str:
    declared = function.declaration.parameters[index].type
    element = _pointed(boundary, declared)
    match shape.what, value:
        case What.ONE, Mark.ROOM:
            before.append(f"{element or 'unsigned char'} {name};")
            return f"&{name}"
        case What.ONE, _ if isinstance(shape.element, Record | Scalar):
            text = value_text(shape.element, value)
            if isinstance(shape.element, Record):
                text = text.removeprefix(f"({shape.element.spelling})")
            before.append(f"{element or shape.element.spelling} {name} = {text};")
            return f"&{name}"
        case _, Mark.ROOM:
            size = shape.capacity or shape.length
            before.append(f"{element or 'unsigned char'} {name}[{size.text if size else ''}];")
            return name
        case What.ARRAY, list():
            inner = value_text(shape, value)
            before.append(f"{element} {name}[{len(value)}] = {inner};")
            return name
    return value_text(shape, value)


def _pointed(boundary: Boundary, type_: object) -> str:
    from abidance.ir.types import Pointer as PointerType  # noqa: PLC0415 - the name is taken by the shape
    from abidance.ir.types import Void  # noqa: PLC0415

    resolved = boundary.declarations.resolve(type_)  # type: ignore[arg-type]
    if not isinstance(resolved, PointerType) or isinstance(boundary.declarations.resolve(resolved.to), Void):
        return ""
    return spell(resolved.to, "", boundary.declarations)


def _variable(handle: str) -> str:
    return handle.rsplit("_", 1)[-1] or handle


__all__ = ["ROOM", "Nothing", "bytes_text", "call_text", "scalar_text", "value_text"]
