"""One line for each finding, in the form that editors and grep understand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.events import RunStopped
from abidance.core.gate import GateResult
from abidance.report.known_differences import known_lines
from abidance.report.record import RunRecord, reasons, unseen
from abidance.report.text.block import headline
from abidance.report.text.chars import one_line

if TYPE_CHECKING:
    from typing import TextIO

    from abidance.core.diagnostic import Diagnostic
    from abidance.core.events import Event
    from abidance.report.record import Run
    from abidance.report.text.style import Style


def open_report(stream: TextIO, look: Style, verbosity: int = 0) -> ConciseReport:
    """Return a report that writes the lines of each contract when it ends."""
    return ConciseReport(stream, look, verbosity)


class ConciseReport:
    """Says nothing about what holds, and names all that could not be judged, and changes that harm somebody."""

    def __init__(self, stream: TextIO, look: Style, verbosity: int) -> None:
        self._stream = stream
        self._look = look
        self._verbosity = verbosity
        self._record = RunRecord()

    def __call__(self, event: Event | GateResult) -> None:
        """Print the lines that are complete with this event or result."""
        if isinstance(event, GateResult):
            self._lines([*self._changes(event), *event.findings])
            return
        for run in self._record.take(event):
            self._body(run)
        if isinstance(event, RunStopped):
            self._lines(event.diagnostics, event.contract)
        self._stream.flush()

    def close(self) -> None:
        """Print what else must not read as passed."""
        if self._record.interrupted:
            self._stream.write("interrupted: the rest was not judged\n")
        self._stream.flush()

    def _body(self, run: Run) -> None:
        contract = run.started.contract
        self._lines([cause.finding.diagnostic for cause in run.causes], contract)
        self._lines(reasons(run.items), contract)
        for cause, why in run.suppressed:
            line = one_line(f"suppressed: {headline(cause.finding.diagnostic)}: {why}")
            self._stream.write(f"{place_of(contract, self._look)}: note: {line}\n")
        for line in known_lines(run.items):
            self._stream.write(f"{place_of(contract, self._look)}: note: {one_line(line)}\n")
        for name in run.not_judged:
            self._stream.write(f"{place_of(contract, self._look)}: note: not judged: {one_line(name)}\n")

        for sentence in unseen(run.items):
            self._stream.write(f"{place_of(contract, self._look)}: note: {one_line(sentence)}\n")

    def _changes(self, result: GateResult) -> list[Diagnostic]:
        shown = (each for each in result.changes if not each.suppressed)
        return [
            each.diagnostic for each in shown if self._verbosity or each.fails or each.verdict != "compatible"
        ]

    def _lines(self, diagnostics: tuple[Diagnostic, ...] | list[Diagnostic], contract: str = "") -> None:
        self._stream.writelines(f"{concise(each, self._look, contract)}\n" for each in diagnostics)


def concise(diagnostic: Diagnostic, look: Style, contract: str = "") -> str:
    """Return ``path:line:column: error[CODE] name: message``; without a place, the contract stands for it."""
    span = diagnostic.span
    place = (
        one_line(f"{look.path(span.path)}:{span.line}:{span.column}") if span else place_of(contract, look)
    )
    return f"{place}: {headline(diagnostic)}" if place else headline(diagnostic)


def place_of(contract: str, look: Style) -> str:
    """Return the contract's path as shown; empty when there is none."""
    return one_line(look.path(Path(contract))) if contract else ""
