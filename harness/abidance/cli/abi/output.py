"""Where the gate's reports go, and what the exit status is."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from abidance.cli.parser import Parser
    from abidance.core.gate import GateResult

_FORMATS = "terminal, concise, json, sarif, junit, github or markdown"
POLICIES = ("no-breaking", "no-change", "semver")


def add_output_options(parser: Parser) -> None:
    """Add `--format`, `--output`, `--exit-zero` and `-v`."""
    group = parser.add_argument_group("the report")
    group.add_argument(
        "--format",
        metavar="FORMAT[=FILE]",
        action="append",
        default=[],
        help=f"{_FORMATS}; with =FILE in addition to what is printed; may be repeated",
    )
    group.add_argument("--output", metavar="FILE", help="write the report to FILE rather than to stdout")
    group.add_argument("--exit-zero", action="store_true", help="exit with 0 in spite of findings")
    group.add_argument("-v", dest="verbosity", action="count", default=0, help="show compatible changes too")


class Output:
    """Where results go. Made before they are there, so that a mistake in the options costs no build."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Raise UsageError for a format or a file that cannot be."""
        from abidance.cli.output_text import targets  # noqa: PLC0415 - `--help` needs none of these
        from abidance.report.gate import renderer  # noqa: PLC0415

        self._options = options
        wanted = targets(options.format, options.output)
        self._formats = [name for name, _ in wanted]
        self._reports = [(renderer(name), file) for name, file in wanted]

    def write(self, results: Sequence[GateResult]) -> int:
        """Write all reports; return the exit status."""
        from abidance.cli.output_text import report_to  # noqa: PLC0415
        from abidance.core.gate import overall  # noqa: PLC0415
        from abidance.core.outcome import forgiving  # noqa: PLC0415
        from abidance.report.text.style import Style  # noqa: PLC0415

        for render, file in self._reports:
            look = Style() if file else Style.of(sys.stdout)
            report_to(file, render(results, look, self._options.verbosity))
        if "github" in self._formats:
            _step_summary(results)
        return forgiving(overall(results), exit_zero=self._options.exit_zero)


def attempt(name: str, path: Path, judge: Callable[[], GateResult]) -> GateResult:
    """Return the result of `judge`, or one about `path` that says why there is none: others are judged all the same."""
    from abidance.core.errors import AbidanceError  # noqa: PLC0415 - `--help` needs none of these
    from abidance.core.gate import GateResult  # noqa: PLC0415

    try:
        return judge()
    except AbidanceError as error:
        return GateResult(
            name,
            "",
            str(path),
            "unknown",
            "none",
            "none",
            findings=error.diagnostics,
            exit_code=error.exit_code,
        )


def _step_summary(results: Sequence[GateResult]) -> None:
    """Append everything to the step summary of GitHub Actions, where there is one."""
    from abidance.cli.output_text import unwritable  # noqa: PLC0415 - `--help` needs none of these
    from abidance.report.gate import renderer  # noqa: PLC0415
    from abidance.report.text.style import Style  # noqa: PLC0415

    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if name:
        try:
            with Path(name).open("a", encoding="utf-8") as file:
                file.write(renderer("markdown")(results, Style()))
        except OSError as error:
            raise unwritable(Path(name), error.strerror or str(error)) from None
