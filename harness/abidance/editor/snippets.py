"""Clauses and mappings as text to insert, with places to fill in as the Language Server Protocol has them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.contract.language.formulas import RangeOf
from abidance.contract.language.shapes import ListOf, MapOf, RecordOf, Shorthand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.contract.language.clauses import Clause, ValueKind

_PLACE = re.compile(r"\$\{(\d+):([^{}]*)\}|\$\d+")


def flow(value: object) -> str:
    """Return a snippet's body in YAML's flow style."""
    match value:
        case dict():
            return "{" + ", ".join(f"{key}: {flow(each)}" for key, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(flow, value)) + "]"
        case None:
            return "null"
        case bool():
            return str(value).lower()
    return str(value)


def block(value: Mapping[str, object], indent: str = "") -> str:
    """Return a snippet's body in YAML's block style; the lines after the first are indented."""
    lines = []
    for key, each in value.items():
        if isinstance(each, dict):
            lines.append(f"{key}:\n{indent}  {block(each, f'{indent}  ')}")
        elif isinstance(each, list):
            items = "".join(f"\n{indent}  - {flow(item)}" for item in each)
            lines.append(f"{key}:{items}")
        else:
            lines.append(f"{key}: {flow(each)}")
    return f"\n{indent}".join(lines)


def plain(snippet: str) -> str:
    """Return a snippet with what its places suggest, for editors that fill in nothing."""
    return re.sub(r"\\([$}\\])", r"\1", _PLACE.sub(lambda place: place[2] or "", snippet))


def escaped(text: str) -> str:
    """Return text as it stands in a snippet."""
    return re.sub(r"([$}\\])", r"\\\1", text)


def key_text(clause: Clause, *, in_flow: bool) -> str:
    """Return a key with what its value begins with."""
    return f"{clause.key}:{_beginning(clause.kind, in_flow=in_flow)}"


def _beginning(kind: ValueKind, *, in_flow: bool) -> str:
    match kind:
        case RangeOf():
            return " [${1:lowest}, ${2:highest}]"
        case ListOf(single=True):
            return " $0"
        case ListOf(item) if in_flow or item.offers():
            return " [$0]"
        case ListOf():
            return "\n  - $0"
        case MapOf() | RecordOf():
            return " {$0}" if in_flow else "\n  $0"
        case Shorthand():
            return " $0"
    return " $0"
