"""SARIF 2.1.0 (OASIS), as GitHub code scanning and other viewers take it. Lines and columns are 1-based there too."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote

import abidance
from abidance.core.codes import Severity
from abidance.core.outcome import is_judged
from abidance.core.span import Span
from abidance.report.buffered_report import Collected
from abidance.report.text.chars import one_line

if TYPE_CHECKING:
    from typing import TextIO

    from abidance.core.codes import Code
    from abidance.core.diagnostic import Label
    from abidance.report.entries import Outcomes, ReportEntry
    from abidance.report.text.style import Style

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def open_report(stream: TextIO, look: Style, verbosity: int = 0) -> Collected:  # noqa: ARG001
    """Return a report that writes its log at the end."""
    return Collected(stream, look, sarif)


def sarif(outcomes: Outcomes, look: Style) -> str:
    """Return the log."""
    codes = {entry.diagnostic.code.id: entry.diagnostic.code for entry in outcomes.entries}
    order = sorted(codes)
    document = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "abidance",
                        "semanticVersion": abidance.__version__,
                        "rules": [_rule(codes[each]) for each in order],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    _result(entry, order.index(entry.diagnostic.code.id), look) for entry in outcomes.entries
                ],
                "invocations": [
                    {
                        "executionSuccessful": is_judged(outcomes.exit_code),
                        "exitCode": outcomes.exit_code,
                        "properties": {"notes": list(outcomes.notes)},
                    }
                ],
            }
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _rule(code: Code) -> dict[str, object]:
    explain = code.explain or code.name
    rule: dict[str, object] = {
        "id": code.id,
        "name": _pascal_case(code.name),
        "shortDescription": {"text": code.summary or code.name},
        "help": {"text": explain, "markdown": explain},
        "properties": {"tags": [code.name]},
    }
    if code.formerly:
        rule["deprecatedNames"] = [_pascal_case(name) for name in code.formerly]
    return rule


def _pascal_case(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))


def _result(entry: ReportEntry, index: int, look: Style) -> dict[str, object]:
    diagnostic = entry.diagnostic
    text = [one_line(diagnostic.message), *diagnostic.notes]
    text += [f"help: {diagnostic.help}"] if diagnostic.help else []
    labels = diagnostic.labels
    found: dict[str, object] = {
        "ruleId": diagnostic.code.id,
        "ruleIndex": index,
        "level": _LEVELS[entry.level],
        "message": {"text": "\n".join(text)},
        "partialFingerprints": {"abidanceFinding/v1": entry.fingerprint},
    }
    if labels:
        found["locations"] = [_location(labels[0], look)]
    elif entry.fallback is not None:
        found["locations"] = [_location_of(Span.at(entry.fallback, 1), look)]
    related = [_location(each, look) | {"id": number} for number, each in enumerate(labels[1:], 1)]
    if related:
        found["relatedLocations"] = related
    if entry.suppressed:
        found["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": entry.suppressed}
        ]
    if entry.properties:
        found["properties"] = entry.properties
    return found


def _location(label: Label, look: Style) -> dict[str, object]:
    location = _location_of(label.span, look)
    return location | {"message": {"text": one_line(label.text)}} if label.text else location


def _location_of(span: Span, look: Style) -> dict[str, object]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(PurePath(look.path(span.path)).as_posix())},
            "region": {
                "startLine": span.line,
                "startColumn": span.column,
                "endLine": span.end_line,
                "endColumn": span.end_column,
            },
        }
    }
