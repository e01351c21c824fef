"""Markdown for a comment on a pull request, or a step summary: a table, then each finding with what to do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from abidance.core.codes import Severity
from abidance.report.buffered_report import Collected
from abidance.report.text import markup
from abidance.report.text.chars import GAP
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from abidance.core.diagnostic import Label
    from abidance.core.gate import GateResult
    from abidance.report.entries import Outcomes, ReportEntry
    from abidance.report.text.style import Style

COMMENT = 60_000
"""Bytes; GitHub refuses a comment of more than 65,536 characters."""
_OPEN = 3
"""Findings that are unfolded from the start."""
_CODE = 6_000
_TAIL = 60


def open_report(stream: TextIO, look: Style, verbosity: int = 0) -> Collected:  # noqa: ARG001
    """Return a report that writes its text at the end."""
    return open_limited(stream, look, COMMENT)


def open_limited(stream: TextIO, look: Style, largest: int) -> Collected:
    """Return a report of at most so many bytes."""
    return Collected(stream, look, partial(markdown, largest=largest))


def markdown(outcomes: Outcomes, look: Style, largest: int = COMMENT) -> str:
    """Return the text of a run's findings, or of the gate's results with a table of what was compared."""
    head = _gate(outcomes) if outcomes.compared else _run(outcomes)
    order = tuple(Severity)
    entries = sorted(outcomes.entries, key=lambda each: (bool(each.suppressed), order.index(each.level)))
    blocks = [_entry(each, look, unfolded=n < _OPEN) for n, each in enumerate(entries)]
    notes = "".join(f"- {markup.text(note)}\n" for note in outcomes.notes)
    room = largest - len((head + notes).encode(errors="replace")) - _TAIL
    shown: list[str] = []
    for block in blocks:
        room -= len(block.encode(errors="replace")) + 1
        if room < 0:
            break
        shown.append(block)
    left = len(blocks) - len(shown)
    if left:
        shown.append(f"... and {count(left, 'more finding')}\n")
    return "\n".join((head, *shown, *([notes] if notes else [])))


def _gate(outcomes: Outcomes) -> str:
    rows = [
        (markup.text(each.name), f"**{each.verdict}**", _numbers(each), each.policy, each.bump)
        for each in outcomes.compared
    ]
    return "## ABI\n\n" + _table(("boundary", "verdict", "changes", "policy", "version step"), rows)


def _run(outcomes: Outcomes) -> str:
    title = f"## {markup.text(outcomes.title)}\n"
    if not outcomes.standing:
        return title
    several = len({boundary for boundary, *_ in outcomes.standing}) > 1
    names = ("boundary", "library", "build", "outcome", "tried")
    rows = [tuple(map(markup.text, row)) for row in outcomes.standing]
    return (
        title + "\n" + _table(names if several else names[1:], rows if several else [row[1:] for row in rows])
    )


def _table(names: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = (names, ("---",) * len(names), *rows)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _numbers(result: GateResult) -> str:
    words = ("breaking", "unknown", "risky", "compatible")
    numbers = {
        word: sum(each.verdict == word and not each.suppressed for each in result.changes) for word in words
    }
    return ", ".join(f"{number} {word}" for word, number in numbers.items() if number) or "none"


def _entry(entry: ReportEntry, look: Style, *, unfolded: bool) -> str:
    diagnostic = entry.diagnostic
    title = (
        f"<b>{entry.level.value}</b> {diagnostic.code.id} <code>{markup.html(diagnostic.code.name)}</code>: "
    )
    fold = "<details open>" if unfolded and not entry.suppressed else "<details>"
    lines = [f"{fold}<summary>{title}{markup.html(diagnostic.message)}</summary>", ""]
    lines += [_place(label, look) for label in entry.places(look)]
    lines += [*_call(entry), *map(markup.item, diagnostic.notes)]
    lines += [f"- help: {markup.text(diagnostic.help)}"] if diagnostic.help else []
    lines += [f"- suppressed: {markup.text(entry.suppressed)}"] if entry.suppressed else []
    return "\n".join([*lines, "", "</details>", ""])


def _call(entry: ReportEntry) -> Iterator[str]:
    if entry.call:
        shown = entry.call if len(entry.call) <= _CODE else entry.call[:_CODE] + GAP
        yield markup.item(f"smallest call:\n{shown}", "c")
    if entry.again:
        yield f"- again: {'; '.join(map(markup.text, entry.again))}"


def _place(label: Label, look: Style) -> str:
    path = look.path(label.span.path)
    shown = markup.code(f"{path}:{label.span.line}")
    if look.web and not look.is_outside(label.span.path):
        shown = f"[{shown}]({markup.address(look.web, path)}#L{label.span.line})"
    return f"- {shown}" + (f": {markup.text(label.text)}" if label.text else "")
