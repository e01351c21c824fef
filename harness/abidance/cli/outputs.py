"""Where reports go: `--format`, `--output`, and what passes everything on to the reports that they ask for."""

from __future__ import annotations

import io
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from abidance.report import REPORTERS

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from abidance.cli.parser import Parser
    from abidance.core.events import Event
    from abidance.core.gate import GateResult
    from abidance.report import Reporter


def add_output_options(parser: Parser) -> argparse._ArgumentGroup:
    """Add `--format` and `--output`; return their group."""
    group = parser.add_argument_group("the report")
    group.add_argument(
        "--format",
        metavar="FORMAT[=FILE]",
        action="append",
        default=[],
        help=f"{', '.join(REPORTERS)}; with =FILE in addition to what is printed; may be repeated",
    )
    group.add_argument("--output", metavar="FILE", help="write the report to FILE rather than to stdout")
    return group


def add_run_report_options(parser: Parser) -> None:
    """Add these, and what a report of items has besides."""
    group = add_output_options(parser)
    group.add_argument(
        "-v", dest="verbosity", action="count", default=0, help="show functions; -vv: phases too"
    )
    group.add_argument(
        "--exit-zero", action="store_true", help="exit with 0 if there are findings and nothing else is wrong"
    )


class Reports:
    """Passes a run's events, or the gate's results, to every report that the options ask for.

    Made before there are any, so that a mistake in the options costs no build. Used as a context: when that ends,
    however it ends, the reports are completed.
    """

    def __init__(self, options: argparse.Namespace) -> None:
        """Open the reports; raises UsageError for a format or a file that cannot be."""
        from abidance.cli.output_text import targets  # noqa: PLC0415 - `--help` needs none of these

        self._reporters: list[Reporter] = []
        self._ending = ExitStack()
        wanted = targets(options.format, options.output)
        for name, file in wanted:
            self._open(name, file, options.verbosity)
        if any(name == "github" for name, _ in wanted):
            self._summarise()

    def __call__(self, event: Event | GateResult) -> None:
        """Take in one event or result."""
        for reporter in self._reporters:
            reporter(event)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Whatever one report does, the others are completed.
        self._ending.close()

    def _open(self, name: str, file: Path | None, verbosity: int) -> None:
        from abidance.cli.output_text import write_report  # noqa: PLC0415
        from abidance.cli.step_summary import quiet_runner  # noqa: PLC0415
        from abidance.report import OF_CHECKOUT, opener  # noqa: PLC0415
        from abidance.report.text.style import Style  # noqa: PLC0415

        make, checkout = opener(name), name in OF_CHECKOUT
        if file is None:
            look = Style.of_checkout() if checkout else Style.of(sys.stdout)
            if name != "github":
                self._ending.callback(quiet_runner(sys.stdout))
            reporter = make(sys.stdout, look, verbosity)
        else:
            text = io.StringIO()
            reporter = make(text, Style.of_checkout() if checkout else Style(), verbosity)
            self._ending.callback(lambda: write_report(file, text.getvalue()))
        self._add(reporter)

    def _summarise(self) -> None:
        """Have everything in the step summary of GitHub Actions as well, where there is one."""
        from abidance.cli.step_summary import step_summary  # noqa: PLC0415 - seldom needed

        text = io.StringIO()
        opened = step_summary(text)
        if opened is not None:
            reporter, append = opened
            self._ending.callback(append)
            self._add(reporter)

    def _add(self, reporter: Reporter) -> None:
        self._ending.callback(reporter.close)
        self._reporters.append(reporter)
