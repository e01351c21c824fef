"""The report as C that compiles while the header's layouts are what they are now (C11 6.7.10)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.layout.model import named_members

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.layout.model import Report, TypeEntry

_LEAST = -(2**63)


def c_asserts(report: Report) -> str:
    """Return a C file of static assertions about the own part of the report."""
    shown = [entry for entry in report.types if entry.own]
    left_out: list[str] = []
    lines = [
        f"/* Layouts of {report.include} for {report.target}, written by `abidance layout --emit c-asserts`:",
        " * do not edit, regenerate them. A build fails here when a layout has changed. */",
        "",
        *_defines(report),
        "#include <stddef.h>",
        *(f"#include <{each}>" for each in report.before),
        f"#include {report.include}",
        "",
    ]
    for name, value in report.constants.items():
        # `(x) + 0` is an error for what is no number, rather than a comparison of pointers.
        lines.append(_assertion(f"({name}) == {_literal(value)}", f"{name} is not {value}"))
    lines += [f"#undef {name}" for name in report.hidden]
    for entry in shown:
        asserted = list(_assertions(entry, left_out, alias=report.is_alias(entry)))
        lines += ["", *asserted] if asserted else []
    if left_out:
        lines += [
            "",
            "/* Left out, for want of a constant expression:",
            *(f" *   {each}" for each in left_out),
            " */",
        ]
    return "\n".join(lines) + "\n"


def _defines(report: Report) -> Iterator[str]:
    for name, value in report.defines.items():
        yield f"#ifndef {name}\n#define {name} {value}\n#endif"


def _assertions(entry: TypeEntry, left_out: list[str], *, alias: bool) -> Iterator[str]:
    if entry.size is None or entry.align is None:
        return
    if not entry.expression:
        left_out.append(f"{entry.name}: C has no name for it")
        return
    name = entry.expression
    yield _assertion(f"sizeof({name}) == {entry.size}", f"{entry.name}: size is not {entry.size}")
    # The alignment of a vector is more than gcc's _Alignof says where the registers are narrower.
    if entry.kind != "vector":
        yield _assertion(
            f"_Alignof({name}) == {entry.align}", f"{entry.name}: alignment is not {entry.align}"
        )
    if entry.kind == "enum" and entry.signed is not None and not alias:
        comparison = "<" if entry.signed else ">"
        sign = "signed" if entry.signed else "unsigned"
        yield _assertion(f"({name})-1 {comparison} ({name})0", f"{entry.name}: not {sign}")
    for member, _ in named_members(() if alias else entry.members):
        path = f"{entry.name}.{member.name}"
        if member.bits:
            left_out.append(f"{path}: a bit-field at bit {member.bits[0]}, {member.bits[1]} wide")
            continue
        place = f"offsetof({name}, {member.name}) == {member.offset}"
        yield _assertion(place, f"{path}: offset is not {member.offset}")
        if member.size:
            size = f"sizeof((({name} *)0)->{member.name}) == {member.size}"
            yield _assertion(size, f"{path}: size is not {member.size}")


def _assertion(condition: str, words: str) -> str:
    shown = re.sub(r'["\\]', "'", words)
    return f'_Static_assert({condition}, "{shown}");'


def _literal(value: int) -> str:
    if value == _LEAST:
        return "(-9223372036854775807LL - 1)"
    if value >= -_LEAST:
        return f"{value}ULL"
    return f"{value}LL" if abs(value) >= 2**31 else str(value)
