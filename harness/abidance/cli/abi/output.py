"""What the gate's commands share: options of the report, errors as results, and the exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.cli import outputs

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from abidance.cli.outputs import Reports
    from abidance.cli.parser import Parser
    from abidance.core.gate import GateResult


def add_output_options(parser: Parser) -> None:
    """Add `--format`, `--output`, `--exit-zero` and `-v`."""
    group = outputs.add_output_options(parser)
    group.add_argument("--exit-zero", action="store_true", help="exit with 0 despite findings")
    group.add_argument("-v", dest="verbosity", action="count", default=0, help="show compatible changes too")


def report(results: Sequence[GateResult], reports: Reports, options: argparse.Namespace) -> int:
    """Complete all reports; return the exit status."""
    from abidance.core.gate import overall  # noqa: PLC0415 - `--help` needs none of these
    from abidance.core.outcome import forgiving  # noqa: PLC0415

    with reports:
        for result in results:
            reports(result)
    return forgiving(overall(results), exit_zero=options.exit_zero)


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
