"""The gate for people: what fails first, each change as a block, then one line that says what it comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.codes import Severity
from abidance.core.outcome import is_judged
from abidance.report.text.block import headline
from abidance.report.text.block import render as block
from abidance.report.text.source import SourceFiles
from abidance.report.text.style import Color
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from abidance.core.gate import GateResult, JudgedChange
    from abidance.report.text.style import Style

_ORDER = ("breaking", "unknown", "risky", "compatible")
_INKS = {"breaking": Color.ERROR, "unknown": Color.WARNING, "risky": Color.WARNING, "compatible": Color.GOOD}
_ALIKE = 3  # changes of one rule about one subject's parts that are shown in full


def open_report(stream: TextIO, look: Style, verbosity: int) -> TerminalGate:
    """Return a report that writes each result when it comes."""
    return TerminalGate(stream, look, verbosity)


class TerminalGate:
    """Prints each result as it comes."""

    def __init__(self, stream: TextIO, look: Style, verbosity: int) -> None:
        self._stream = stream
        self._look = look
        self._verbosity = verbosity
        self._sources = SourceFiles()

    def __call__(self, result: GateResult) -> None:
        """Print one result."""
        lines = _result(result, self._look, self._sources, self._verbosity)
        self._stream.write("".join([f"{line}\n" for line in lines]))

    def close(self) -> None:
        """Print nothing: each result has its verdict."""


def _result(result: GateResult, look: Style, sources: SourceFiles, verbosity: int) -> Iterator[str]:
    alike: dict[tuple[str, str], int] = {}
    open_changes = [each for each in result.changes if not each.suppressed]
    for change in sorted(open_changes, key=lambda each: (not each.fails, _ORDER.index(each.verdict))):
        if change.verdict == "compatible" and not change.fails:
            continue
        key = (change.diagnostic.code.id, change.subject.rpartition(".")[0] or change.subject)
        alike[key] = alike.get(key, 0) + 1
        if alike[key] <= _ALIKE or verbosity:
            yield from (block(change.diagnostic, look, sources), "")
    for (code, subject), times in alike.items():
        if times > _ALIKE and not verbosity:
            yield from (f"... and {times - _ALIKE} more {code} of `{subject}`; `-v` shows them", "")
    if verbosity:
        harmless = [each for each in open_changes if each.verdict == "compatible" and not each.fails]
        yield from (headline(each.diagnostic) for each in harmless)
        yield from [""] * bool(harmless)
    for finding in result.findings:
        yield from (block(finding, look, sources), "")
    for change in result.changes:
        if change.suppressed and verbosity:
            yield f"suppressed: {headline(change.diagnostic)}: {change.suppressed}"
    for hidden in result.suppressed if verbosity else ():
        yield f"suppressed: {headline(hidden.diagnostic)}: {hidden.reason}"
    yield _verdict(result, look)


def _verdict(result: GateResult, look: Style) -> str:
    judged = is_judged(result.exit_code)
    word = result.verdict if judged else "could not judge"
    # What is no change, such as a suppression that has expired, decides as much.
    errors = sum(each.code.severity is Severity.ERROR for each in result.findings)
    if errors and judged and not any(each.fails for each in result.changes):
        word, color = "failed", Color.ERROR
    else:
        color = _INKS[result.verdict]
    parts = [f"{result.name}: {look.paint(word, color)}"]
    if result.policy == "none":  # nothing was compared
        return parts[0]
    parts.append(_counts(result.changes, len(result.suppressed)))
    parts += [count(errors, "other error")] if errors and judged else []
    parts += [f"evidence: {', '.join(result.evidence)}"] if result.evidence else []
    against = sum(each.fails for each in result.changes if each.verdict != "breaking")
    parts.append(f"policy: {result.policy}" + (f" (broken by {count(against, 'change')})" if against else ""))
    if result.policy == "semver":
        old, new = result.details.get("old_version", ""), result.details.get("new_version", "")
        parts.append(
            f"needs: {result.details.get('needed', result.bump)}"
            + (f" ({old} to {new})" if old and new else "")
        )
    return "   ".join(filter(None, parts))


def _counts(changes: Sequence[JudgedChange], beside: int) -> str:
    open_changes = [each for each in changes if not each.suppressed]
    numbers = {word: sum(each.verdict == word for each in open_changes) for word in _ORDER}
    said = [f"{number} {word}" for word, number in numbers.items() if number]
    hidden = len(changes) - len(open_changes) + beside
    said += [f"{hidden} suppressed"] if hidden else []
    return ", ".join(said) or count(0, "change")
