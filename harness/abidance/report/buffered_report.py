"""A report that is written whole, when everything is over."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from abidance.core.gate import GateResult
from abidance.report.entries import of_gate, of_run
from abidance.report.record import RunRecord

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from abidance.core.events import Event
    from abidance.report.entries import Outcomes
    from abidance.report.text.style import Style


class BufferedReport(ABC):
    """Collects a run's events, or the gate's results, and writes one text at the end."""

    def __init__(self, stream: TextIO, look: Style) -> None:
        self._stream = stream
        self._look = look
        self._record = RunRecord()
        self._results: list[GateResult] = []

    def __call__(self, event: Event | GateResult) -> None:
        """Take in one event or result."""
        if isinstance(event, GateResult):
            self._results.append(event)
        else:
            self._record(event)

    @abstractmethod
    def text(self, record: RunRecord, results: list[GateResult], look: Style) -> str:
        """Return the report: of the gate where there are results, else of a run."""

    def close(self) -> None:
        """Write the report."""
        text = self.text(self._record, self._results, self._look)
        # A path need not be Unicode; these formats must be.
        self._stream.write(text.encode(errors="replace").decode())
        self._stream.flush()


class Collected(BufferedReport):
    """A report of entries and cases, written by one function."""

    def __init__(self, stream: TextIO, look: Style, write: Callable[[Outcomes, Style], str]) -> None:
        super().__init__(stream, look)
        self._write = write

    def text(self, record: RunRecord, results: list[GateResult], look: Style) -> str:
        """Return what the function makes of the outcomes."""
        return self._write(of_gate(results) if results else of_run(record, look), look)
