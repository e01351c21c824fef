"""`abidance coverage`: what of a library a contract's calls reached, and what of the contract they exercised."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abidance.cli.contracts import add_contract_argument, contract_paths
from abidance.cli.interruption import persistent_interrupts
from abidance.cli.parser import Parser, at_least, duration
from abidance.cli.selecting import add_effort_options
from abidance.core.outcome import ExitCode
from abidance.history import recorder_of
from abidance.report.progress_line import LiveLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.core.coverage import CoverageReport, LibraryReach
    from abidance.report.text.style import Style
    from abidance.run.inputs.settings import Settings

FORMATS = ("text", "lcov", "json")


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "coverage",
        "CONTRACT... [options]",
        "Makes the calls of `abidance run` on libraries that count their lines. Tells which of them were reached, what "
        "stands before the rest, and what of the contract was never exercised.",
        example="contracts/codec.contract.yaml --format lcov=coverage.info --fail-under 90",
    )
    add_contract_argument(made)
    which = made.add_argument_group("what is called")
    which.add_argument(
        "--library",
        metavar="NAME[=PATH]",
        action="append",
        default=[],
        help="only this library; with =PATH, the shared object there, whose lines cannot be told",
    )
    which.add_argument(
        "--function", metavar="GLOB", action="append", default=[], help="only functions with a matching name"
    )
    how = made.add_argument_group("how long and how")
    add_effort_options(how)
    how.add_argument(
        "--max-time",
        metavar="DURATION",
        type=duration,
        help="begin nothing new after so long, such as 90s or 10m, and tell what was reached by then",
    )
    how.add_argument("--seed", metavar="N", type=at_least(0), help="generate the same test cases as that run")
    group = made.add_argument_group("the report")
    group.add_argument(
        "--format",
        metavar="FORMAT[=FILE]",
        action="append",
        default=[],
        help=f"{', '.join(FORMATS)}; with =FILE in addition to what is printed; may be repeated",
    )
    group.add_argument(
        "-o", "--output", metavar="FILE", help="write the report to FILE rather than to stdout"
    )
    group.add_argument(
        "--exclude",
        metavar="GLOB",
        action="append",
        default=[],
        help="leave out source files with such a path, such as third_party/*",
    )
    group.add_argument("--annotate", action="store_true", help="show every line, and how often it ran")
    group.add_argument(
        "-v", dest="verbosity", action="count", default=0, help="show all that was not reached"
    )
    group.add_argument(
        "--fail-under",
        metavar="PERCENT",
        type=_percent,
        help="exit with 1 if fewer lines of a library were reached",
    )
    return made


def execute(options: argparse.Namespace) -> int:
    """Cover the contracts; return the exit status."""
    from abidance.cli import breakdown  # noqa: PLC0415 - `--help` needs none of these
    from abidance.cli.output_text import report_to  # noqa: PLC0415
    from abidance.core.coverage_event import Covered  # noqa: PLC0415
    from abidance.core.errors import AbidanceError  # noqa: PLC0415
    from abidance.report.text.style import Style  # noqa: PLC0415
    from abidance.run.commands.coverage import cover_contract  # noqa: PLC0415
    from abidance.run.inputs.selection import Selection, parse_libraries  # noqa: PLC0415

    targets = _targets(options)
    paths = contract_paths(options.contracts)
    hint = "write `--library NAME` or `--library NAME=PATH`"
    names, extra = parse_libraries(options.library, "--library ", hint)
    selection = Selection(names, extra, (), tuple(options.function))
    settings = _settings(options)
    reports: list[CoverageReport] = []
    errors: list[AbidanceError] = []
    live = LiveLine(sys.stderr, judges=False)
    with persistent_interrupts():
        for path in paths:
            try:
                reports.append(cover_contract(path, selection, settings, live))
            except AbidanceError as error:
                errors.append(error)
            finally:
                live.clear()
            if reports and reports[-1].interrupted:
                break
    reports = [_without(each, options.exclude) for each in reports]
    for each in errors:
        breakdown.tell(each.diagnostics)
    for report in reports:
        for library in report.libraries:
            breakdown.tell(library.problems)
    for name, file in targets if reports else ():
        look = Style.of(sys.stdout) if file is None else Style()
        report_to(file, _written(name, reports, look, options))
    verdict = _Verdict(options.fail_under, any(name == "lcov" for name, _ in targets))
    status = verdict.status(reports, errors)
    kept = recorder_of(settings.root, "coverage", settings.history)
    for report in reports:
        kept(Covered.of(report, chosen=bool(options.library or options.function)))
    kept.close(status)
    return status


def _targets(options: argparse.Namespace) -> list[tuple[str, Path | None]]:
    """Return the format and file of each report; raises UsageError for a format that there is not."""
    from abidance.cli.output_text import targets  # noqa: PLC0415
    from abidance.core.catalogue import BAD_CONFIGURATION  # noqa: PLC0415
    from abidance.core.diagnostic import Diagnostic  # noqa: PLC0415
    from abidance.core.errors import UsageError  # noqa: PLC0415
    from abidance.core.nearest import did_you_mean  # noqa: PLC0415

    chosen = [*options.format]
    if not any("=" not in each for each in chosen):
        chosen.insert(0, "text")
    wanted = targets(chosen, options.output)
    for name, _ in wanted:
        if name not in FORMATS:
            hint = did_you_mean(name, FORMATS) or f"there are {', '.join(FORMATS)}"
            raise UsageError(Diagnostic(BAD_CONFIGURATION, f"there is no format `{name}`", help=hint))
    return wanted


def _written(name: str, reports: Sequence[CoverageReport], look: Style, options: argparse.Namespace) -> str:
    match name:
        case "lcov":
            from abidance.report.coverage.lcov import lcov  # noqa: PLC0415

            return lcov(reports, look)
        case "json":
            from abidance.report.coverage.document import document  # noqa: PLC0415

            return document(reports, look)
    from abidance.report.coverage.text import Detail, text  # noqa: PLC0415

    detail = Detail(everything=options.verbosity > 0, annotated=options.annotate)
    return "\n".join(text(each, look, detail) for each in reports)


def _settings(options: argparse.Namespace) -> Settings:
    from abidance.run.inputs.deadline import Deadline  # noqa: PLC0415
    from abidance.run.inputs.settings import Settings  # noqa: PLC0415

    given: dict[str, Any] = {
        name: value
        for name in ("max_examples", "explore", "seed")
        if (value := getattr(options, name)) is not None
    }
    if options.max_time is not None:
        given["deadline"] = Deadline.after(options.max_time)
    return replace(Settings.load(Path.cwd()), **given)


def _without(report: CoverageReport, globs: Sequence[str]) -> CoverageReport:
    """Return a report without the source files that match, by their whole path or from the working directory."""
    from abidance.report.text.style import Style  # noqa: PLC0415

    if not globs:
        return report
    look = Style()

    def stays(path: Path) -> bool:
        return not any(fnmatchcase(str(each), glob) for glob in globs for each in (path, look.path(path)))

    return replace(
        report,
        libraries=tuple(
            replace(each, files=tuple(file for file in each.files if stays(file.path)))
            for each in report.libraries
        ),
    )


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What the exit status is made of: the least share of lines, and whether lines were asked for by their format."""

    least: float | None
    lines: bool

    def status(self, reports: Sequence[CoverageReport], errors: Sequence[Any]) -> int:
        """Return the exit status, and say on stderr which library falls short."""
        every = [each for report in reports for each in report.libraries]
        short = [each for each in every if self._is_short(each)]
        for each in short:
            sys.stderr.write(
                f"`{each.library}`: {each.percent:.1f} % of its lines were reached, and `--fail-under` asks for "
                f"{self.least:g} %\n"
            )
        codes = [error.exit_code for error in errors]
        codes += [ExitCode.FINDINGS] if short else []
        unknown = any(map(self._is_unknown, every)) or any(each.interrupted for each in reports)
        codes += [ExitCode.COULD_NOT_JUDGE] if unknown else []
        if (self.lines or self.least is not None) and every and all(each.percent is None for each in every):
            codes.append(ExitCode.COULD_NOT_JUDGE)
        order = (ExitCode.USAGE, ExitCode.FINDINGS, ExitCode.COULD_NOT_JUDGE, ExitCode.NOTHING_COLLECTED)
        return next((code for code in order if code in codes), ExitCode.OK)

    def _is_short(self, library: LibraryReach) -> bool:
        return self.least is not None and library.percent is not None and library.percent < self.least

    def _is_unknown(self, library: LibraryReach) -> bool:
        """Tell whether lines could not be told, of the whole library or a part, that this machine was to tell."""
        absent = library.problems and all(each.code.name == "tool-missing" for each in library.problems)
        return not (absent or library.prebuilt or (library.counted and not library.untold))


def _percent(text: str) -> float:
    """Read a number from 0 to 100."""
    try:
        number = float(text.removesuffix("%"))
    except ValueError:
        number = -1.0
    if not 0 <= number <= 100:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to 100, not `{text}`")
    return number
