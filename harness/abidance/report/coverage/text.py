"""Coverage for a person: how much was reached, what stands before the rest, and what no call exercised."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.coverage import KINDS
from abidance.report.coverage.source_lines import Excerpt, SourceLines
from abidance.report.text.style import Color
from abidance.report.text.table import Cell, columns
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.core.coverage import CoverageReport, ExerciseKind, LibraryReach
    from abidance.core.source_reach import Barrier, FileReach, FunctionCount
    from abidance.report.text.style import Style

MOST = 8
"""So many conditions, functions and clauses of each kind are shown, unless more is asked for."""
_PLURALS: dict[ExerciseKind, str] = {
    "function": "functions",
    "parameter": "parameters",
    "enumerator": "enumerators",
    "status": "statuses",
    "clause": "clauses",
}


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is shown: with `everything`, no list is cut off; with `annotated`, every line of every file."""

    everything: bool = False
    annotated: bool = False


def text(report: CoverageReport, look: Style, detail: Detail) -> str:
    """Return the report of one contract."""
    return "\n".join(_lines(report, look, detail)) + "\n"


def _lines(report: CoverageReport, look: Style, detail: Detail) -> Iterator[str]:
    what = f"{count(report.functions, 'function')}, {count(len(report.libraries), 'library')}"
    yield f"{look.paint(report.boundary, Color.STRONG)}   {what}   seed {report.seed}"
    yield ""
    yield from columns([row for each in report.libraries for row in _rows(each, look)], look)
    sources = SourceLines()
    for library in report.libraries:
        if detail.annotated:
            for file in library.files:
                yield ""
                yield from sources.annotated(file, f"in `{library.library}`", look)
        yield from _unreached(library, sources, look, detail)
    yield from _exercised(report, look, detail)
    yield from _closing(report, look)


def _rows(library: LibraryReach, look: Style) -> Iterator[tuple[Cell, ...]]:
    calls = Cell(count(library.cases, "case"), right=True)
    name = Cell(library.library)
    if library.percent is None:
        told = "lines not judged" if not library.problems else "not called"
        yield name, calls, Cell(told, Color.WARNING)
        if not library.files:
            return
    total = len(library.files) > 1 and library.percent is not None
    far = [each.path.parent for each in library.files if Path(look.path(each.path)).is_absolute()]
    common = Path(os.path.commonpath(far)) if len(far) == len(library.files) > 1 else None
    if total:
        below = Cell(f"below {common}:" if common else "")
        yield name, calls, *_figures(library.files), below
    for file in library.files:
        lead = (Cell(""), Cell("")) if total or library.percent is None else (name, calls)
        shown = look.path(file.path)
        if common is not None and Path(shown).is_absolute():
            shown = str(file.path.relative_to(common))
        yield *lead, *_figures((file,)), Cell(shown)


def _figures(files: Sequence[FileReach]) -> tuple[Cell, ...]:
    lines, reached = sum(len(each.lines) for each in files), sum(each.reached for each in files)
    branches, taken = sum(len(each.branches) for each in files), sum(each.taken for each in files)
    functions, entered = sum(len(each.functions) for each in files), sum(each.entered for each in files)
    color = Color.GOOD if reached == lines else Color.PLAIN
    return (
        Cell(f"{reached:,} of {count(lines, 'line')}", right=True),
        Cell(f"{_percent(reached, lines)} %", color, right=True),
        Cell(f"{taken:,} of {branches:,} branches" if branches else "", right=True),
        Cell(f"{entered:,} of {count(functions, 'function')}" if functions else "", right=True),
    )


def _percent(part: int, whole: int) -> int:
    """Return it rounded down, so that 100 means all."""
    return 100 * part // whole if whole else 100


# ----------------------------------------------------------------- what was not reached


def _unreached(library: LibraryReach, sources: SourceLines, look: Style, detail: Detail) -> Iterator[str]:
    groups = _grouped(library)
    silent = [(file, function) for file in library.files for function in file.functions if not function.count]
    most = None if detail.everything else MOST
    if groups:
        behind = len({(path, line) for path, lines in groups for line in lines})
        much = f"{count(behind, 'line')} behind {count(len(groups), 'condition')}"
        yield from ("", look.paint(f"never reached in `{library.library}`: {much}", Color.STRONG))
        for (path, lines), barriers in list(groups.items())[:most]:
            yield from sources.excerpt(Excerpt(path, lines, tuple(barriers)), look)
        yield from _more(len(groups), most)
    silent.sort(key=lambda each: -each[1].lines)
    if silent:
        yield from ("", look.paint(f"never entered in `{library.library}`", Color.STRONG))
        rows = [_silent(file, function, look) for file, function in silent[:most]]
        yield from columns(rows, look)
        yield from _more(len(silent), most)
    rest = list(_rest(library, {(path, line) for path, lines in groups for line in lines}))
    if rest:
        yield from ("", look.paint(f"never reached in `{library.library}` either", Color.STRONG))
        for path, left in rest[:most]:
            yield f"  {look.path(path)}:{spans(left)}"
        yield from _more(len(rest), most)


def _grouped(library: LibraryReach) -> dict[tuple[Path, tuple[int, ...]], list[Barrier]]:
    """Return the conditions before each piece of code, what most lines are behind first."""
    found: dict[tuple[Path, tuple[int, ...]], list[Barrier]] = {}
    for file in library.files:
        for each in file.barriers:
            found.setdefault((file.path, each.behind), []).append(each)
    return dict(sorted(found.items(), key=lambda item: (-len(item[0][1]), item[0])))


def _silent(file: FileReach, function: FunctionCount, look: Style) -> tuple[Cell, ...]:
    where = f"{look.path(file.path)}:{function.line}"
    return Cell(f"`{function.name}`"), Cell(count(function.lines, "line"), right=True), Cell(where)


def _rest(library: LibraryReach, told: set[tuple[Path, int]]) -> Iterator[tuple[Path, list[int]]]:
    """Yield the lines that never ran, that are behind no condition and in no function that was never entered."""
    for file in library.files:
        starts = sorted((each.line, each.count) for each in file.functions)
        lines = []
        for line, ran in file.lines.items():
            owner = max((each for each in starts if each[0] <= line), default=(0, 1))
            if not ran and owner[1] and (file.path, line) not in told:
                lines.append(line)
        if lines:
            yield file.path, lines


def _more(all_of_them: int, most: int | None) -> Iterator[str]:
    if most is not None and all_of_them > most:
        yield f"  and {all_of_them - most} more: `-v` shows all"


def spans(lines: Sequence[int]) -> str:
    """Return numbers of lines, such as ``12-15, 20``."""
    parts: list[list[int]] = []
    for line in sorted(lines):
        if parts and line == parts[-1][1] + 1:
            parts[-1][1] = line
        else:
            parts.append([line, line])
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in parts)


# --------------------------------------------------------------- what was not exercised


def _exercised(report: CoverageReport, look: Style, detail: Detail) -> Iterator[str]:
    rows = []
    for kind in KINDS:
        every = [each for each in report.exercises if each.kind == kind]
        done = sum(1 for each in every if each.by and not each.without)
        if every:
            color = Color.GOOD if done == len(every) else Color.PLAIN
            rows.append(
                (Cell(_PLURALS[kind]), Cell(f"{done:,} of {len(every):,}", color, right=True), Cell(""))
            )
    if not rows:
        return
    yield from ("", look.paint("exercised of the contract", Color.STRONG))
    yield from columns(rows, look)
    never = report.never()
    if not never:
        return
    yield from ("", look.paint("never exercised", Color.STRONG))
    called = {name for each in report.exercises for name in (*each.by, *each.without)}
    for kind in KINDS:
        mine = [each for each in never if each.kind == kind]
        most = None if detail.everything else MOST
        for each in mine[:most]:
            where = ", ".join(f"`{name}`" for name in each.without)
            alone = f" (in {where})" if len(each.without) < len(called) else ""
            yield f"  {each.words}{alone}"
        if most is not None and len(mine) > most:
            left = len(mine) - most
            yield f"  and {left} more {kind if left == 1 else _PLURALS[kind]}: `-v` shows all"


def _closing(report: CoverageReport, look: Style) -> Iterator[str]:
    told = [
        *_prebuilt(report),
        *(words for each in report.libraries for words in each.untold),
        *report.not_judged,
    ]
    told += [f"`{each.library}`: {said.message}" for each in report.libraries for said in each.problems]
    if told:
        yield from (
            "",
            look.paint("not judged", Color.STRONG),
            *(f"  {words}" for words in dict.fromkeys(told)),
        )
    ended = sum(each.ended for each in report.libraries)
    if ended:
        whose = "its" if ended == 1 else "their"
        yield from ("", f"{count(ended, 'case')} ended {whose} process: what ran before that is counted")


def _prebuilt(report: CoverageReport) -> Iterator[str]:
    for each in report.libraries:
        if each.prebuilt and not each.counted:
            yield (
                f"which lines of `{each.library}` ran: a shared object that is not built here has no counters; "
                "name its source with `cmake`, `cargo` or `command`"
            )
