"""Passes a run's events on, and completes the reports however the run ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from abidance.core.errors import AbidanceError
from abidance.core.events import RunInterrupted, RunStopped

if TYPE_CHECKING:
    from types import TracebackType

    from abidance.cli.outputs import Reports
    from abidance.core.events import Event
    from abidance.history.recorder import RunRecorder
    from abidance.report.campaign_line import CampaignLine
    from abidance.report.progress_line import LiveLine
    from abidance.report.record import RunRecord


class RunListener:
    """Passes events to the live line, the record, the reports and the kept runs, with errors and interruptions.

    Used as a context: when that ends, however it ends, the reports are completed.
    """

    def __init__(
        self, reports: Reports, record: RunRecord, live: LiveLine | CampaignLine, recorder: RunRecorder
    ) -> None:
        self._live = live
        self._record = record
        self._reports = reports
        self._recorder = recorder

    def __call__(self, event: Event) -> None:
        """Take in one event."""
        self._live(event)
        self._record(event)
        self._reports(event)
        self._recorder(event)

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
        self._recorder.close(self._record.exit_code)
        return isinstance(error, AbidanceError | KeyboardInterrupt)
