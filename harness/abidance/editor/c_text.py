"""Declarations as C source, to be read by people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.ir.declarations import spell

if TYPE_CHECKING:
    from abidance.ir.declarations import Declarations, Enum, Function, Macro, Parameter, Record

_MOST = 40
"""Lines of one declaration that are shown."""
_WIDE = 88


def function_text(function: Function, declarations: Declarations) -> str:
    """Return a function's prototype; one that is long has a line for each parameter."""
    listed = [parameter_text(each, declarations) for each in function.parameters]
    listed += ["..."] * function.variadic
    inside = ", ".join(listed) or ("void" if function.prototype else "")
    line = spell(function.returns, f"{function.name}({inside})", declarations) + ";"
    if len(line) <= _WIDE:
        return line
    joined = ",\n    ".join(listed)
    return spell(function.returns, f"{function.name}(\n    {joined})", declarations) + ";"


def parameter_text(parameter: Parameter, declarations: Declarations) -> str:
    """Return a parameter's declaration."""
    return spell(parameter.type, parameter.name, declarations)


def record_text(record: Record, declarations: Declarations) -> str:
    """Return a struct or union with its fields."""
    head = record.spelling or record.kind
    if record.fields is None:
        return f"{head};  /* opaque */"
    lines = []
    for each in record.fields:
        bits = f" : {each.bits}" if each.bits is not None else ""
        lines.append(f"    {spell(each.type, each.name, declarations)}{bits};")
    if head.startswith(("struct ", "union ")) or not record.spelling:
        return f"{head} {{\n{_few(lines)}\n}};"
    return f"typedef {record.kind} {record.tag or ''}".rstrip() + f" {{\n{_few(lines)}\n}} {head};"


def enum_text(enum: Enum, values: dict[str, int]) -> str:
    """Return an enum with its enumerators, and their values where these are known."""
    lines = [
        f"    {each.name}{f' = {values[each.name]}' if each.name in values else ''},"
        for each in enum.enumerators
    ]
    head = enum.spelling or "enum"
    if head.startswith("enum"):
        return f"{head} {{\n{_few(lines)}\n}};"
    return f"typedef enum {enum.tag or ''}".rstrip() + f" {{\n{_few(lines)}\n}} {head};"


def macro_text(macro: Macro) -> str:
    """Return a macro's definition."""
    parameters = "" if macro.parameters is None else f"({', '.join(macro.parameters)})"
    text = macro.text if len(macro.text) < 2 * _WIDE else f"{macro.text[: 2 * _WIDE]} ..."
    return f"#define {macro.name}{parameters} {text}".rstrip()


def _few(lines: list[str]) -> str:
    if len(lines) > _MOST:
        lines = [*lines[: _MOST - 1], f"    /* and {len(lines) - _MOST + 1} more */"]
    return "\n".join(lines)
