"""Annotations of GitHub Actions ("Workflow commands"): one line for each finding.

GitHub shows ten errors and ten warnings of a step and drops the rest without a word, so the last line says how many
there are, and the step summary has all of them (see `markdown`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.codes import Severity
from abidance.report.buffered_report import Collected
from abidance.report.text.chars import one_line

if TYPE_CHECKING:
    from typing import TextIO

    from abidance.report.entries import Outcomes, ReportEntry
    from abidance.report.text.style import Style

SHOWN = 10
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def open_report(stream: TextIO, look: Style, verbosity: int = 0) -> Collected:  # noqa: ARG001
    """Return a report that writes its lines at the end."""
    return Collected(stream, look, github)


def github(outcomes: Outcomes, look: Style) -> str:
    """Return the annotations, the most harmful first."""
    order = tuple(Severity)
    entries = sorted(
        (each for each in outcomes.entries if not each.suppressed), key=lambda each: order.index(each.level)
    )
    lines = [_annotation(each, look) for each in entries]
    lines += [_annotation(each, look) for each in outcomes.entries if each.suppressed]
    dropped = sum(
        max(0, sum(each.level is level for each in entries) - SHOWN)
        for level in (Severity.ERROR, Severity.WARNING)
    )
    if dropped:
        lines.append(
            f"::notice title=abidance::GitHub shows {SHOWN} annotations of a kind, so {dropped} of these are not "
            "shown; the step summary has all"
        )
    lines.append(one_line(outcomes.title))
    return "".join(f"{line}\n" for line in lines)


def _annotation(entry: ReportEntry, look: Style) -> str:
    diagnostic = entry.diagnostic
    span = diagnostic.span
    properties: dict[str, str] = {}
    if span is not None:
        properties = {"file": look.path(span.path), "line": str(span.line), "col": str(span.column)}
        if span.end_line == span.line:
            properties["endColumn"] = str(span.end_column)
    elif entry.fallback is not None:
        properties = {"file": look.path(entry.fallback)}
    properties["title"] = f"{diagnostic.code.id} {diagnostic.code.name}"
    text = [diagnostic.message, *diagnostic.notes, *([f"help: {diagnostic.help}"] if diagnostic.help else [])]
    command = _COMMANDS[entry.level]
    if entry.suppressed:
        properties["title"] += " (suppressed)"
        text, command = [diagnostic.message, f"suppressed: {entry.suppressed}"], "notice"
    shown = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{command} {shown}::{_message(chr(10).join(text))}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
