"""Annotations of GitHub Actions ("Workflow commands"): one line for each finding.

The runner makes annotations of the first ten errors, warnings and notices of a step each, drops the rest without a
word, and cuts a message at 4,096 characters (actions/runner, ExecutionContext.cs). So the first notice says how many
are not shown, and the step summary has all of them (see `markdown`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.codes import Severity
from abidance.report.buffered_report import Collected
from abidance.report.text.chars import GAP, lines, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from abidance.core.diagnostic import Label
    from abidance.report.entries import Outcomes, ReportEntry
    from abidance.report.text.style import Style

SHOWN = 10
_LONGEST = 4096
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def open_report(stream: TextIO, look: Style, verbosity: int = 0) -> Collected:  # noqa: ARG001
    """Return a report that writes its lines at the end."""
    return Collected(stream, look, github)


def github(outcomes: Outcomes, look: Style) -> str:
    """Return the annotations, the most harmful first."""
    order = tuple(Severity)
    told = sorted(
        (each for each in outcomes.entries if not each.suppressed), key=lambda each: order.index(each.level)
    )
    dropped = sum(
        max(0, sum(each.level is level for each in told) - SHOWN)
        for level in (Severity.ERROR, Severity.WARNING)
    )
    first = f"GitHub shows {SHOWN} annotations of a kind, so {dropped} of these are not shown; the step summary has all"
    written = [f"::notice title=abidance::{first}"] if dropped else []
    written += [_annotation(each, look) for each in told]
    written += [_annotation(each, look) for each in outcomes.entries if each.suppressed]
    return "".join(f"{line}\n" for line in (*written, _title(outcomes.title)))


def _annotation(entry: ReportEntry, look: Style) -> str:
    diagnostic = entry.diagnostic
    places = entry.places(look)
    properties = _place(places[0], look) if places else {}
    properties["title"] = f"{diagnostic.code.id} {diagnostic.code.name}"
    text, command = [*_text(entry, places, look)], _COMMANDS[entry.level]
    if entry.suppressed:
        properties["title"] += " (suppressed)"
        text, command = [diagnostic.message, f"suppressed: {entry.suppressed}"], "notice"
    shown = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{command} {shown}::{_message(_cut(chr(10).join(text)))}"


def _place(label: Label, look: Style) -> dict[str, str]:
    span = label.span
    found = {"file": look.path(span.path), "line": str(span.line), "col": str(span.column)}
    if span.end_line == span.line:
        found["endColumn"] = str(span.end_column)
    return found


def _text(entry: ReportEntry, places: tuple[Label, ...], look: Style) -> Iterator[str]:
    """Yield what stands below the line, what a reader needs most first: the end may be cut off."""
    diagnostic = entry.diagnostic
    yield diagnostic.message
    if places and places[0].text:
        yield f"here: {places[0].text}"
    if entry.call:
        yield "smallest call:"
        yield from (f"    {line}" for line in lines(entry.call))
    if entry.again:
        yield f"again: {'; '.join(entry.again)}"
    for label in places[1:]:
        yield f"{look.path(label.span.path)}:{label.span.line}" + (f": {label.text}" if label.text else "")
    yield from diagnostic.notes
    if diagnostic.help:
        yield f"help: {diagnostic.help}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - len(GAP)] + GAP


def _title(text: str) -> str:
    """Return the last line, which must not read as a command of its own."""
    return one_line(text).lstrip(": ").replace("##[", "## [")


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
