"""Markdown for a comment on a pull request, or a step summary: a table, then each finding with what to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.codes import Severity
from abidance.report.buffered_report import Collected
from abidance.report.text.chars import one_line
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from abidance.core.gate import GateResult
    from abidance.report.entries import Outcomes, ReportEntry
    from abidance.report.text.style import Style

_LARGEST = 60_000  # characters; GitHub refuses a comment of more than 65,536


def open_report(stream: TextIO, look: Style, verbosity: int = 0) -> Collected:  # noqa: ARG001
    """Return a report that writes its text at the end."""
    return Collected(stream, look, markdown)


def markdown(outcomes: Outcomes, look: Style) -> str:
    """Return the text of a run's findings, or of the gate's results with a table of what was compared."""
    if not outcomes.compared:
        return _cut(f"## {_cell(outcomes.title)}\n\n{_details(outcomes, look)}")
    rows = [
        f"| {_cell(each.name)} | **{each.verdict}** | {_cell(_numbers(each))} | {each.policy} | {each.bump} |"
        for each in outcomes.compared
    ]
    table = "\n".join(
        ("| boundary | verdict | changes | policy | version step |", "|---|---|---|---|---|", *rows, "", "")
    )
    return _cut(f"## ABI\n\n{table}{_details(outcomes, look)}")


def _numbers(result: GateResult) -> str:
    words = ("breaking", "unknown", "risky", "compatible")
    numbers = {
        word: sum(each.verdict == word and not each.suppressed for each in result.changes) for word in words
    }
    return ", ".join(f"{number} {word}" for word, number in numbers.items() if number) or "none"


def _details(outcomes: Outcomes, look: Style) -> str:
    order = tuple(Severity)
    entries = sorted(outcomes.entries, key=lambda each: (bool(each.suppressed), order.index(each.level)))
    blocks = [_entry(each, look) for each in entries]
    blocks += [f"- {_cell(note)}" for note in outcomes.notes]
    return "\n".join(blocks) or "Nothing to say.\n"


def _entry(entry: ReportEntry, look: Style) -> str:
    diagnostic = entry.diagnostic
    title = f"**{entry.level.value}** {diagnostic.code.id} `{diagnostic.code.name}`: {one_line(diagnostic.message)}"
    lines = [f"<details><summary>{_html(title)}</summary>", ""]
    lines += _places(entry, look)
    lines += [f"- {_cell(note)}" for note in diagnostic.notes]
    lines += [f"- help: {_cell(diagnostic.help)}"] if diagnostic.help else []
    lines += [f"- suppressed: {_cell(entry.suppressed)}"] if entry.suppressed else []
    return "\n".join([*lines, "", "</details>", ""])


def _places(entry: ReportEntry, look: Style) -> Iterator[str]:
    for label in entry.diagnostic.labels:
        place = f"{look.path(label.span.path)}:{label.span.line}"
        yield f"- `{one_line(place)}`" + (f": {_cell(label.text)}" if label.text else "")
    if not entry.diagnostic.labels and entry.fallback is not None:
        yield f"- `{one_line(look.path(Path(entry.fallback)))}`"


def _html(text: str) -> str:
    # Inside <summary> Markdown is not read.
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for mark, tag in (("**", "b"), ("`", "code")):
        parts = escaped.split(mark)
        if len(parts) % 2:
            escaped = "".join(
                part if not n else f"<{'/' * (n % 2 == 0)}{tag}>{part}" for n, part in enumerate(parts)
            )
    return escaped


def _cell(text: str) -> str:
    return one_line(text).replace("|", "\\|").replace("<", "&lt;")


def _cut(text: str) -> str:
    if len(text) <= _LARGEST:
        return text
    kept = text[:_LARGEST].rpartition("</details>")[0]
    left = text.count("<details>") - kept.count("<details>") + 1
    return f"{kept}</details>\n\n... and {count(left, 'more finding')}\n"
