"""A run for people: findings as blocks, then a line for each library and build, then the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.events import Met, RunStarted, RunStopped
from abidance.report.budget_lines import budget_lines
from abidance.report.known_differences import known_lines
from abidance.report.record import RunRecord, causes
from abidance.report.summary_table import elsewhere, standing
from abidance.report.text.block import headline, render
from abidance.report.text.chars import one_line, width
from abidance.report.text.source import SourceFiles
from abidance.report.text.style import Color
from abidance.report.text.wording import count, quoted
from abidance.report.verdict import verdict
from abidance.report.watchers import watchers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TextIO

    from abidance.core.diagnostic import Diagnostic
    from abidance.core.events import Event, ItemFinished
    from abidance.report.record import ReportedCause, Run
    from abidance.report.text.style import Style


def open_report(stream: TextIO, look: Style, verbosity: int) -> TerminalRun:
    """Return a report that writes each contract's part when it ends."""
    return TerminalRun(stream, look, verbosity)


class TerminalRun:
    """Prints a contract's header when it starts and the rest when it ends, so that causes can be merged."""

    def __init__(self, stream: TextIO, look: Style, verbosity: int) -> None:
        self._stream = stream
        self._look = look
        self._verbosity = verbosity
        self._record = RunRecord()
        self._sources = SourceFiles()
        self._told: set[tuple[str, ...]] = set()

    def __call__(self, event: Event) -> None:
        """Print the part that ends with this event."""
        ended = self._record.take(event)
        if isinstance(event, RunStarted):
            self._print(self._header(event), "")
        if isinstance(event, Met):
            self._causes(causes(event.items), event.items)
        for run in ended:
            self._body(run)
        if isinstance(event, RunStopped):
            self._blocks(event.diagnostics)

    def close(self) -> None:
        """Print the verdict."""
        said = verdict(self._record, self._look, self._verbosity)
        more = [one_line(sentence) for sentence in said.more]
        fits = sum(width(sentence) + 2 for sentence in (said.sentence, *more)) <= self._look.width
        words = [self._look.paint(said.sentence, said.color), *more]
        self._print(*(["  ".join(words)] if fits else words), *map(one_line, said.below))

    def _header(self, run: RunStarted) -> str:
        parts = [count(run.functions, "function")] if run.functions else []
        parts += [count(len(run.libraries), "library")] if run.libraries else []
        parts += [count(len(run.builds), "build")] if run.builds else []
        name = self._look.paint(one_line(run.boundary), Color.STRONG)
        seeds = f"seeds {', '.join(map(str, run.seeds))}" if run.seeds else f"seed {run.seed}"
        share = run.partition
        which = f"partition {share.number} of {share.count}" if share else ""
        return "   ".join(filter(None, (name, ", ".join(parts), seeds, which)))

    def _body(self, run: Run) -> None:
        self._causes(run.causes, run.items)
        for cause, why in run.suppressed:
            self._print(one_line(f"suppressed: {headline(cause.finding.diagnostic)}: {why}"), "")
        if known := [*map(one_line, known_lines(run.items))]:
            self._print(*known, "")
        self._blocks(elsewhere(run))
        rows = standing(run, self._look, self._verbosity)
        by = watchers(item.watched for item in run.items)
        if rows:
            self._print(*rows, *([f"  watched by: {by}"] if by else []), "")
        if self._verbosity and (budgets := budget_lines(run.items, self._look)):
            self._print("  budgets of time:", *budgets, "")
        if self._verbosity and run.unpromised:
            self._print(one_line(f"  without postconditions: {quoted(run.unpromised)}"), "")

    def _causes(self, found: Iterable[ReportedCause], items: Sequence[ItemFinished]) -> None:
        """Print each cause once, though a campaign tells it when it is met and again at the end."""
        asked = (item.item for item in items if item.item.library)
        places = {(side.library, side.build) for item in asked for side in item.sides}
        libraries = len({library for library, _ in places})
        for cause in found:
            key = (cause.finding.library, cause.finding.function, *cause.finding.diagnostic.cause)
            if key not in self._told:
                self._told.add(key)
                seen = sighted(cause, libraries=libraries, builds=len(places))
                self._print(render(cause.finding, self._look, self._sources, seen=seen), "")

    def _blocks(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        for diagnostic in diagnostics:
            self._print(render(diagnostic, self._look, self._sources), "")

    def _print(self, *lines: str) -> None:
        self._stream.write("".join(f"{line}\n" for line in lines))
        self._stream.flush()


def sighted(cause: ReportedCause, *, libraries: int, builds: int) -> str:
    """Return where, and by what, the cause was seen; nothing when the rest of the report says so.

    `libraries` and `builds` count those of the whole run, each library's builds for themselves.
    """
    witnesses: dict[str, list[str]] = {}
    for finding in cause.sightings:
        seen_on = witnesses.setdefault(finding.details.get("seen_by", ""), [])
        seen_on += (build for build in finding.builds if build not in seen_on)
    if cause.finding.compares or (builds <= 1 and not any(witnesses)):
        return ""
    library = f" in `{cause.finding.library}`" if libraries > 1 and cause.finding.library else ""
    ways = []
    for by, seen_on in witnesses.items():
        on = f"on {' and '.join(f'`{build}`' for build in seen_on)}" if seen_on else ""
        ways.append(" ".join(filter(None, (f"by {by}" if by else "", on))))
    return f"seen{library} {', '.join(filter(None, ways))}".rstrip()
