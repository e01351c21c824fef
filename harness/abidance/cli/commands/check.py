"""`abidance check`: hold contracts against their headers, and call nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.contracts import add_contract_argument, contract_paths
from abidance.cli.parser import Parser, one_of
from abidance.core.codes import Severity
from abidance.core.errors import AbidanceError
from abidance.core.events import RunStopped
from abidance.core.outcome import ExitCode
from abidance.report import OF_CHECKOUT, REPORTERS, opener
from abidance.report.record import RunRecord
from abidance.report.text.block import headline, render
from abidance.report.text.chars import one_line
from abidance.report.text.source import SourceFiles
from abidance.report.text.style import Color, Style
from abidance.report.text.wording import count, quoted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from abidance.core.diagnostic import Diagnostic

_SHOWN = 5


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "check",
        "CONTRACT... [options]",
        "Reads each contract and its header and reports where they disagree. Builds, loads and calls nothing.",
        example="contracts/codec.contract.yaml",
    )
    add_contract_argument(made)
    made.add_argument(
        "--format",
        metavar="FORMAT",
        type=one_of(*REPORTERS),
        default="terminal",
        help=", ".join(REPORTERS),
    )
    return made


def execute(options: argparse.Namespace) -> int:
    """Check the contracts; return the exit status."""
    paths = contract_paths(options.contracts)
    hidden: list[str] = []
    notes: list[str] = []
    stops = [RunStopped(str(path), *_checked(path, hidden, notes)) for path in paths]
    look = Style.of(sys.stdout)
    if options.format == "terminal":
        _print(stops, look, hidden, notes)
    else:
        report = opener(options.format)(
            sys.stdout, Style.of_checkout() if options.format in OF_CHECKOUT else look, 0
        )
        for stop in stops:
            report(stop)
        report.close()
    if options.format == "concise":
        sys.stdout.writelines(f"note: {one_line(each)}\n" for each in notes)
    return RunRecord(stops=stops).exit_code


def _checked(path: Path, hidden: list[str], notes: list[str]) -> tuple[tuple[Diagnostic, ...], int]:
    """Return what is wrong with one contract, and the exit status that comes of it.

    A line for each finding that the contract suppresses goes to `hidden`, and what was not read to `notes`.
    """
    from abidance.run.commands.check import check_contract  # noqa: PLC0415 - `--help` needs no parser of C
    from abidance.run.inputs.settings import Settings  # noqa: PLC0415

    try:
        Settings.load(Path.cwd())
        found = check_contract(path)
    except AbidanceError as error:
        return error.diagnostics, error.exit_code
    notes += open_questions(path)
    hidden += [f"suppressed: {headline(each)}: {why}" for each, why in found.suppressed]
    notes += [f"not judged: {each}" for each in found.unread]
    notes += _not_tested(found.unlisted, path)
    return found.diagnostics, found.exit_code


def _not_tested(names: Sequence[str], path: Path) -> list[str]:
    """Return a line that counts the functions of the header that the contract does not list, if there are any."""
    if not names:
        return []
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    are = "is" if len(names) == 1 else "are"
    return [
        f"{count(len(names), 'function')} of the header {are} not in {path}: {quoted(names[:_SHOWN])}{more}"
    ]


def open_questions(path: Path) -> list[str]:
    """Return a line that counts the questions in a contract's comments, if there are any: `init` writes them."""
    from abidance.contract.source.files import read_text  # noqa: PLC0415 - as above
    from abidance.contract.source.marked_questions import marked_questions  # noqa: PLC0415

    marked = marked_questions(read_text(path).splitlines())
    if not marked:
        return []
    line = marked[0][0]
    first = f"the first in line {line}" if len(marked) > 1 else f"in line {line}"
    return [f"{count(len(marked), '`TODO`')} open in {path}, {first}"]


def _print(stops: list[RunStopped], look: Style, hidden: list[str], notes: list[str]) -> None:
    sources = SourceFiles()
    for stop in stops:
        for diagnostic in stop.diagnostics:
            sys.stdout.write(render(diagnostic, look, sources) + "\n\n")
    sys.stdout.writelines(f"{one_line(each)}\n" for each in hidden)
    sys.stdout.writelines(f"note: {one_line(each)}\n" for each in notes)
    wrong = [stop for stop in stops if stop.exit_code != ExitCode.OK]
    several = len(stops) > 1
    if wrong:
        errors = sum(each.code.severity is Severity.ERROR for stop in stops for each in stop.diagnostics)
        where = f" in {len(wrong)} of {len(stops)} contracts" if several else ""
        text, color = f"{count(errors, 'error')}{where}.", Color.ERROR
    else:
        subject = f"{len(stops)} contracts and their headers" if several else "the contract and its header"
        text, color = f"ok: {subject} agree.", Color.GOOD
    said = f"  {count(len(hidden), 'finding')} suppressed." if hidden else ""
    sys.stdout.write(look.paint(text, color) + f"{said}  Nothing was called.\n")
