"""GitLab's Code Quality report: an array of findings, each shown on its line of the merge request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from abidance.core.codes import Severity
from abidance.report.buffered_report import Collected
from abidance.report.text.chars import lines

if TYPE_CHECKING:
    from typing import TextIO

    from abidance.report.entries import Outcomes, ReportEntry
    from abidance.report.text.style import Style

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.NOTE: "info"}


def open_report(stream: TextIO, look: Style, verbosity: int = 0) -> Collected:  # noqa: ARG001
    """Return a report that writes its array at the end."""
    return Collected(stream, look, gitlab)


def gitlab(outcomes: Outcomes, look: Style) -> str:
    """Return the array; what the contract makes an exception of is not in it, for GitLab has no word for that."""
    seen: dict[str, int] = {}
    shown = [_finding(each, look, seen) for each in outcomes.entries if not each.suppressed]
    return json.dumps([each for each in shown if each], indent=2, ensure_ascii=False) + "\n"


def _finding(entry: ReportEntry, look: Style, seen: dict[str, int]) -> dict[str, object] | None:
    places = entry.places(look)
    if not places:
        return None
    code, span = entry.diagnostic.code, places[0].span
    # Two findings with one fingerprint would be shown as one.
    number = seen[entry.fingerprint] = seen.get(entry.fingerprint, 0) + 1
    return {
        "description": "\n".join(_text(entry)),
        "check_name": f"{code.id} {code.name}",
        "fingerprint": entry.fingerprint + (f"-{number}" if number > 1 else ""),
        "severity": _SEVERITIES[entry.level],
        "location": {"path": look.path(span.path), "lines": {"begin": span.line, "end": span.end_line}},
    }


def _text(entry: ReportEntry) -> list[str]:
    call = ["smallest call:", *(f"    {line}" for line in lines(entry.call))] if entry.call else []
    again = [f"again: {'; '.join(entry.again)}"] if entry.again else []
    return [*lines(entry.diagnostic.message), *call, *again]
