"""Where reports go: `--format`, `--output`, and the listener that serves them all."""

from __future__ import annotations

import io
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from abidance.cli.output_text import targets, write_report
from abidance.core.errors import AbidanceError
from abidance.core.events import RunInterrupted, RunStopped
from abidance.report import REPORTERS, opener
from abidance.report.progress_line import LiveLine
from abidance.report.record import RunRecord
from abidance.report.text.style import Style

if TYPE_CHECKING:
    import argparse
    from pathlib import Path
    from types import TracebackType

    from abidance.cli.parser import Parser
    from abidance.core.events import Event
    from abidance.report import Reporter


def add_output_options(parser: Parser) -> argparse._ArgumentGroup:
    """Add `--format`, `--output` and `-v`; return their group."""
    group = parser.add_argument_group("the report")
    group.add_argument(
        "--format",
        metavar="FORMAT[=FILE]",
        action="append",
        default=[],
        help=f"{', '.join(REPORTERS)}; with =FILE in addition to what is printed; may be repeated",
    )
    group.add_argument("--output", metavar="FILE", help="write the report to FILE rather than to stdout")
    group.add_argument(
        "-v", dest="verbosity", action="count", default=0, help="show functions; -vv: phases too"
    )
    return group


class Reports:
    """Passes events to the live line and to every report that the options ask for.

    Used as a context: when that ends, however it ends, the reports are completed. An AbidanceError and an
    interruption become part of the reports.
    """

    def __init__(self, options: argparse.Namespace) -> None:
        """Open the reports; raises UsageError for a format or a file that cannot be."""
        self.record = RunRecord()
        self._live = LiveLine(sys.stderr)
        self._reporters: list[Reporter] = []
        self._ending = ExitStack()
        for name, file in targets(options.format, options.output):
            self._open(name, file, options.verbosity)

    def __call__(self, event: Event) -> None:
        """Take in one event."""
        self._live(event)
        self.record(event)
        for reporter in self._reporters:
            reporter(event)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._live.clear()
        # Whatever one report does, the others are completed.
        with self._ending:
            if isinstance(error, AbidanceError):
                self(RunStopped("", error.diagnostics, error.exit_code))
            elif error is not None and not isinstance(error, BrokenPipeError):
                self(RunInterrupted())
        return isinstance(error, AbidanceError | KeyboardInterrupt)

    def _open(self, name: str, file: Path | None, verbosity: int) -> None:
        make = opener(name)
        if file is None:
            reporter = make(sys.stdout, Style.of(sys.stdout), verbosity)
        else:
            text = io.StringIO()
            reporter = make(text, Style(), verbosity)
            self._ending.callback(lambda: write_report(file, text.getvalue()))
        self._ending.callback(reporter.close)
        self._reporters.append(reporter)
