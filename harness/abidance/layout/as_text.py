"""The report as a table to read, with what lies between the members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.binding.binding_method import BindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.layout.model import FunctionEntry, LayoutMember, Report, TypeEntry

CACHE_LINE = 64
"""Bytes; so on x86-64 and on most of the others."""


def text(report: Report, shown_header: str) -> str:
    """Return the own part of the report."""
    shown = [entry for entry in report.types if entry.own]
    aliases: list[TypeEntry] = []
    others: list[TypeEntry] = []
    for entry in shown:
        alias = report.is_alias(entry) or (entry.of and entry.size is None)
        (aliases if alias else others).append(entry)
    blocks = ["\n".join(_block(entry)) for entry in others]
    lines = [f"{shown_header}   {report.target}   {_compiler(report)}"]
    if report.before:
        lines.append("after " + ", ".join(f"<{each}>" for each in report.before))
    lines.append("")
    for block in blocks:
        lines += [block, ""]
    if aliases:
        lines += [*_table([_alias(entry) for entry in aliases]), ""]
    if report.functions:
        lines += [*_functions(report.functions), ""]
    lines.append(_summary(shown))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _compiler(report: Report) -> str:
    return report.compiler.split(" | ")[1]


def _block(entry: TypeEntry) -> Iterator[str]:
    bound = (
        f"{entry.binding.kind}: {entry.binding.reason}" if entry.binding.reason else str(entry.binding.kind)
    )
    if entry.size is None or entry.align is None:
        yield f"{entry.name}   {bound}"
        return
    yield f"{entry.name}   {_bytes(entry.size)}, aligned to {entry.align}   {bound}"
    if entry.kind == "enum":
        yield from _table([(name, f"= {value}") for name, value in entry.values.items()])
    else:
        yield from _table(list(_rows(entry)), right=2)


def _rows(entry: TypeEntry) -> Iterator[tuple[str, str, str]]:
    assert entry.size is not None
    holes = list(_inside(entry.members, 0, 8 * entry.size, is_union=entry.kind == "union", depth=0))
    line = 0
    for first, row in holes:
        while entry.size > CACHE_LINE and first // 8 // CACHE_LINE > line:
            line = first // 8 // CACHE_LINE
            yield "", "", f"-- cache line {line}, from byte {line * CACHE_LINE} --"
        yield row


def _inside(
    members: tuple[LayoutMember, ...], start: int, end: int, *, is_union: bool, depth: int
) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """Yield rows, each with its first bit, of what stands between the bits `start` and `end`."""
    indent = "  " * depth
    reached = start
    for member in members:
        first, last = extent(member)
        if not is_union and first > reached:
            yield reached, _gap(reached, first, f"{indent}-- hole --")
        if member.name:
            yield first, (_place(member), _size(member), f"{indent}{member.declaration}")
        else:
            head = f"{member.anonymous} {member.declaration}".strip()
            yield first, (str(member.offset), str(member.size), f"{indent}{head} {{")
            inner_union = member.anonymous == "union"
            yield from _inside(member.inner, first, last, is_union=inner_union, depth=depth + 1)
            yield last - 1 if last > first else first, ("", "", f"{indent}}}")
        reached = max(reached, last)
    if end > reached and depth == 0:
        yield reached, _gap(reached, end, f"{indent}-- padding --")


def extent(member: LayoutMember) -> tuple[int, int]:
    """Return the member's first bit and the bit behind its last, from the start of the outermost record."""
    if member.bits:
        return member.bits[0], sum(member.bits)
    return 8 * member.offset, 8 * (member.offset + member.size)


def _gap(first: int, last: int, words: str) -> tuple[str, str, str]:
    if first % 8 == 0 and last % 8 == 0:
        return str(first // 8), str((last - first) // 8), words
    return f"{first // 8}:{first % 8}", f":{last - first}", words


def _place(member: LayoutMember) -> str:
    return f"{member.bits[0] // 8}:{member.bits[0] % 8}" if member.bits else str(member.offset)


def _size(member: LayoutMember) -> str:
    return f":{member.bits[1]}" if member.bits else str(member.size)


def _alias(entry: TypeEntry) -> tuple[str, str, str]:
    size = "" if entry.size is None else f"{_bytes(entry.size)}, aligned to {entry.align}"
    bound = (
        "" if entry.binding.kind is BindingKind.CTYPES else f"   {entry.binding.kind}: {entry.binding.reason}"
    )
    return entry.name, f"= {entry.of}", f"{size}{bound}"


def _functions(functions: tuple[FunctionEntry, ...]) -> Iterator[str]:
    plain = [entry for entry in functions if entry.binding.kind is BindingKind.CTYPES]
    yield f"{_count(len(functions), 'function')}, {len(plain)} called through ctypes"
    others = [entry for entry in functions if entry.binding.kind is not BindingKind.CTYPES]
    yield from _table([(entry.name, str(entry.binding.kind), entry.binding.reason) for entry in others])


def _summary(shown: list[TypeEntry]) -> str:
    kinds = {kind: sum(entry.binding.kind is kind for entry in shown) for kind in BindingKind}
    told = ", ".join(f"{number} {kind}" for kind, number in kinds.items() if number)
    return f"{_count(len(shown), 'type')}{': ' if told else ''}{told}"


def _table(rows: list[tuple[str, ...]], *, right: int = 0) -> Iterator[str]:
    """Yield lines with the columns of `rows` one below the other; the first `right` ones stand at the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            cell.rjust(width) if at < right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  " + "  ".join(cells).rstrip()


def _bytes(number: int) -> str:
    return _count(number, "byte")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
