"""The report for programs; ``report/schema/layout.schema.json`` describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import abidance
from abidance.layout.model import named_members

if TYPE_CHECKING:
    from abidance.binding.binding_method import Binding
    from abidance.layout.model import Report, TypeEntry

SCHEMA_VERSION = 1
"""Raised when a reader of the document must change; new members alone do not raise it."""


def document(report: Report) -> dict[str, object]:
    """Return the report as a JSON value."""
    return {
        "schema_version": SCHEMA_VERSION,
        "abidance": abidance.__version__,
        "header": str(report.header),
        "included_before": list(report.before),
        "compiler": report.compiler,
        "target": report.target,
        "endianness": "little" if report.little_endian else "big",
        "types": {entry.name: _type(entry) for entry in report.types},
        "constants": dict(report.constants),
        "functions": {
            entry.name: {
                "declaration": entry.declaration,
                "symbol": entry.symbol,
                **_bound(entry.binding),
                "declared": f"{entry.span.path}:{entry.span.line}",
            }
            for entry in report.functions
        },
        "problems": [
            {"code": each.code.id, "message": each.message, "place": str(each.span) if each.span else None}
            for each in report.problems
        ],
    }


def _type(entry: TypeEntry) -> dict[str, object]:
    made: dict[str, object] = {"kind": entry.kind, "size": entry.size, "align": entry.align}
    if entry.kind in {"struct", "union"}:
        made["fields"] = {
            member.name: {
                "offset": member.offset,
                "bits": list(member.bits) if member.bits else None,
                "size": None if member.bits else member.size,
                "declaration": member.declaration,
            }
            for member, _ in named_members(entry.members)
        }
    if entry.kind == "enum":
        made["values"] = dict(entry.values)
    if entry.signed is not None:
        made["signed"] = entry.signed
    if entry.of:
        made["of"] = entry.of
    made |= _bound(entry.binding)
    made |= {"own": entry.own, "declared": f"{entry.span.path}:{entry.span.line}"}
    return made


def _bound(binding: Binding) -> dict[str, str]:
    reason = {"reason": binding.reason} if binding.reason else {}
    return {"binding": str(binding.kind), **reason}
