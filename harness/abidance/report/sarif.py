"""SARIF 2.1.0 (OASIS), as GitHub code scanning and other viewers take it. Lines and columns are 1-based there too.

Code scanning shows the first sentence of a message as the title of an alert, of related places only those that the
message links to, and refuses a log of more than 25,000 results or with longer texts of rules than here.
"""

from __future__ import annotations

import json
import re
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote

import abidance
from abidance.core.codes import Severity
from abidance.core.outcome import is_judged
from abidance.report.buffered_report import Collected
from abidance.report.text import markup
from abidance.report.text.chars import lines, one_line

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TextIO

    from abidance.core.codes import Code
    from abidance.core.diagnostic import Label
    from abidance.report.entries import Outcomes, ReportEntry
    from abidance.report.text.style import Style

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_RESULTS, _RULE_TEXT = 25_000, 1024
_PLACEHOLDER = re.compile(r"\{(\d+)\}")
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def open_report(stream: TextIO, look: Style, verbosity: int = 0) -> Collected:  # noqa: ARG001
    """Return a report that writes its log at the end."""
    return Collected(stream, look, sarif)


def sarif(outcomes: Outcomes, look: Style) -> str:
    """Return the log."""
    order = tuple(Severity)
    entries = outcomes.entries
    if len(entries) > _RESULTS:
        entries = tuple(sorted(entries, key=lambda each: order.index(each.level)))[:_RESULTS]
    codes = {entry.diagnostic.code.id: entry.diagnostic.code for entry in entries}
    rules = sorted(codes)
    left = len(outcomes.entries) - len(entries)
    notes = [*outcomes.notes, *([f"{left} more results were left out"] if left else [])]
    document = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "abidance",
                        "semanticVersion": abidance.__version__,
                        "rules": [_rule(codes[each]) for each in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(entry, rules.index(entry.diagnostic.code.id), look) for entry in entries],
                "invocations": [
                    {
                        "executionSuccessful": is_judged(outcomes.exit_code),
                        "exitCode": outcomes.exit_code,
                        "properties": {"notes": notes},
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
        "shortDescription": {"text": (code.summary or code.name)[:_RULE_TEXT]},
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
    places = entry.places(look)
    found: dict[str, object] = {
        "ruleId": diagnostic.code.id,
        "ruleIndex": index,
        "level": _LEVELS[entry.level],
        "message": {"text": _text(entry, places, look), "markdown": _markdown(entry, places, look)},
        "partialFingerprints": {"abidanceFinding/v1": entry.fingerprint},
    }
    if places:
        found["locations"] = [_location(places[0], look)]
    related = [_location(each, look) | {"id": number} for number, each in enumerate(places[1:], 1)]
    if related:
        found["relatedLocations"] = related
    if entry.suppressed:
        found["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": entry.suppressed}
        ]
    if entry.properties:
        found["properties"] = entry.properties
    return found


def _text(entry: ReportEntry, places: tuple[Label, ...], look: Style) -> str:
    """Return the message: a sentence, what links to the other places, the call and how it is made again."""
    diagnostic = entry.diagnostic
    message = one_line(diagnostic.message)
    text = [_plain(message if message.endswith((".", "!", "?")) else f"{message}.")]
    if places and places[0].text:
        text.append(_plain(f"here: {places[0].text}"))
    for number, label in enumerate(places[1:], 1):
        link = f"[{_where(label, look)}]({number})"
        text.append(link + (_plain(f": {label.text}") if label.text else ""))
    if entry.call:
        text += ["smallest call:", *(f"    {_plain(line)}" for line in lines(entry.call))]
    text += [f"again: {_plain('; '.join(entry.again))}"] if entry.again else []
    text += map(_plain, diagnostic.notes)
    text += [_plain(f"help: {diagnostic.help}")] if diagnostic.help else []
    return "\n".join(text)


def _markdown(entry: ReportEntry, places: tuple[Label, ...], look: Style) -> str:
    """Return the same for viewers that show Markdown."""
    diagnostic = entry.diagnostic
    text = [markup.text(diagnostic.message), ""]
    for number, label in enumerate(places[1:], 1):
        link = f"- [{_where(label, look)}]({number})"
        text.append(link + (f": {markup.text(label.text)}" if label.text else ""))
    text += [markup.item(f"smallest call:\n{entry.call}", "c")] if entry.call else []
    text += [f"- again: {'; '.join(map(markup.text, entry.again))}"] if entry.again else []
    text += map(markup.item, diagnostic.notes)
    text += [f"- help: {markup.text(diagnostic.help)}"] if diagnostic.help else []
    return "\n".join(text)


def _where(label: Label, look: Style) -> str:
    return re.sub(r"([\\\[\]])", r"\\\1", one_line(f"{look.path(label.span.path)}:{label.span.line}"))


def _plain(text: str) -> str:
    """Return text without what a viewer takes for a link (3.11.6) or for a placeholder (3.11.5); C means the same."""
    return _PLACEHOLDER.sub(r"{ \1 }", text.replace("](", "] ("))


def _location(label: Label, look: Style) -> dict[str, object]:
    span = label.span
    location: dict[str, object] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(span.path, look)},
            "region": {
                "startLine": span.line,
                "startColumn": span.column,
                "endLine": span.end_line,
                "endColumn": span.end_column,
            },
        }
    }
    return location | {"message": {"text": _plain(one_line(label.text))}} if label.text else location


def _uri(path: Path, look: Style) -> str:
    shown = PurePath(look.path(path))
    return shown.as_uri() if shown.is_absolute() else quote(shown.as_posix())
