"""Where the gate's reports go, and what the exit status is."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError

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


def report(results: Sequence[GateResult], options: argparse.Namespace) -> int:
    """Write all reports that the options ask for; return the exit status."""
    from abidance.cli.written import report_to, write_report  # noqa: PLC0415 - `--help` needs none of these
    from abidance.core.gate import overall  # noqa: PLC0415
    from abidance.report.gate import renderer  # noqa: PLC0415
    from abidance.report.text.look import Look  # noqa: PLC0415

    main, others = _targets(options.format)
    write = renderer(main)
    also = [(renderer(name), file) for name, file in others]
    look = Look() if options.output else Look.of(sys.stdout)
    report_to(options.output, write(results, look, options.verbosity))
    for render, file in also:
        write_report(file, render(results, Look(), options.verbosity))
    if "github" in (main, *(name for name, _ in others)):
        _step_summary(results)
    code = overall(results)
    return 0 if options.exit_zero and code == 1 else code


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
    from abidance.report.gate import renderer  # noqa: PLC0415 - `--help` needs none of these
    from abidance.report.text.look import Look  # noqa: PLC0415

    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if name:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(renderer("markdown")(results, Look()))


def _targets(formats: Sequence[str]) -> tuple[str, list[tuple[str, Path]]]:
    main: list[str] = []
    others: list[tuple[str, Path]] = []
    for each in formats:
        name, equals, file = each.partition("=")
        if equals:
            others.append((name, Path(file)))
        else:
            main.append(name)
    if len(main) > 1:
        shown = " and ".join(f"`{name}`" for name in main)
        hint = f"give all but one a file, such as `--format {main[-1]}=FILE`"
        raise UsageError(Diagnostic(BAD_CONFIGURATION, f"{shown} would go to one place", help=hint))
    return (main[0] if main else "terminal"), others
