"""Passes a run's events on, and completes the reports however the run ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from abidance.core.errors import AbidanceError
from abidance.core.events import RunInterrupted, RunStopped

if TYPE_CHECKING:
    from types import TracebackType

    from abidance.cli.outputs import Reports
    from abidance.core.events import Event
    from abidance.report.campaign_line import CampaignLine
    from abidance.report.progress_line import LiveLine
    from abidance.report.record import RunRecord


class RunListener:
    """Passes events to the live line, the record and the reports, which an error and an interruption become part of.

    Used as a context: when that ends, however it ends, the reports are completed.
    """

    def __init__(self, reports: Reports, record: RunRecord, live: LiveLine | CampaignLine) -> None:
        self._live = live
        self._record = record
        self._reports = reports

    def __call__(self, event: Event) -> None:
        """Take in one event."""
        self._live(event)
        self._record(event)
        self._reports(event)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._live.clear()
        with self._reports:
            if isinstance(error, AbidanceError):
                self(RunStopped("", error.diagnostics, error.exit_code))
            elif error is not None and not isinstance(error, BrokenPipeError):
                self(RunInterrupted())
        return isinstance(error, AbidanceError | KeyboardInterrupt)
