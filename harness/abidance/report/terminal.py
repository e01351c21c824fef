"""The report for people, of a run or of the gate: whichever it is, the other is not imported."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from abidance.core.gate import GateResult

if TYPE_CHECKING:
    from typing import TextIO

    from abidance.core.events import Event
    from abidance.report import Reporter
    from abidance.report.text.style import Style


def open_report(stream: TextIO, look: Style, verbosity: int = 0) -> TerminalReport:
    """Return a report that writes each part when it ends."""
    return TerminalReport(stream, look, verbosity)


class TerminalReport:
    """Passes everything to the report of what comes first."""

    def __init__(self, stream: TextIO, look: Style, verbosity: int) -> None:
        self._to = (stream, look, verbosity)
        self._report: Reporter | None = None

    def __call__(self, event: Event | GateResult) -> None:
        """Print what ends with this event, or the result."""
        self._of("gate" if isinstance(event, GateResult) else "run")(event)

    def close(self) -> None:
        """Print the verdict on a run; each result of the gate has its own."""
        self._of("run").close()

    def _of(self, what: str) -> Reporter:
        if self._report is None:
            found: Reporter = importlib.import_module(f"abidance.report.{what}_terminal").open_report(
                *self._to
            )
            self._report = found
        return self._report
