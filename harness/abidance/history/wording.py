"""Kept runs and what changed between them, in words."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from abidance.core.outcome import ExitCode
from abidance.report.text.style import Color
from abidance.report.text.table import Cell, columns
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from abidance.core.coverage_event import CoveredLibrary
    from abidance.core.events import ItemFinished
    from abidance.history.difference import Difference
    from abidance.history.store import StoredRun
    from abidance.report.effort import Effort
    from abidance.report.record import ReportedCause
    from abidance.report.text.style import Style

_ENDED = {
    ExitCode.OK: "ok",
    ExitCode.FINDINGS: "findings",
    ExitCode.USAGE: "could not begin",
    ExitCode.COULD_NOT_JUDGE: "not all judged",
    ExitCode.NOTHING_COLLECTED: "nothing was run",
}
_MOST = 8
_MOST_COSTS = 24


def when(run: StoredRun) -> str:
    """Return when a run began, in the time of the place."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(run.began))


def revision_of(run: StoredRun) -> str:
    """Return the beginning of the revision's hash; a ``+`` behind it says that files were changed after it."""
    return f"{run.revision[:10]}{'+' if run.changed else ''}" if run.revision else "no revision"


def ended(run: StoredRun) -> str:
    """Return how a run has ended, in a few words."""
    return "not ended" if run.exit_code is None else _ENDED.get(run.exit_code, f"exit status {run.exit_code}")


def difference_lines(found: Difference, look: Style) -> list[str]:
    """Return the paragraph on one contract: what is new, what is gone, what is not judged, how much was tried."""
    old, new = found.old.run, found.new.run
    sides = (f"#{each.id} {revision_of(each)}, {when(each)}" for each in (old, new))
    lines = [look.paint(f"{found.contract}   {'   to   '.join(sides)}", Color.STRONG)]
    rows = [
        *_findings("new", Color.ERROR, found.appeared),
        *_findings("gone", Color.GOOD, found.disappeared),
        *_findings("remains", Color.PLAIN, found.remaining),
        *_items(
            "not judged any more", Color.WARNING, [f"{each.item}: {_why(each)}" for each in found.unjudged]
        ),
        *_items("not there any more", Color.WARNING, [str(each) for each in found.gone]),
        *_items("judged now", Color.PLAIN, [str(each.item) for each in found.judged_anew]),
        *_items("there now", Color.PLAIN, [str(each) for each in found.new_items]),
    ]
    before, after = found.verdicts
    if before or after:
        rows.append([Cell("gate"), Cell(f"{before or 'not run'} to {after or 'not run'}")])
    rows += [
        [Cell("reached"), Cell(f"{name}: {_lines(before)} to {_lines(after)}")]
        for name, (before, after) in found.reached.items()
    ]
    lines += columns(rows, look)
    if found.efforts:
        lines += ["  tried:", *columns(_efforts(found), look, indent="    ")]
    if found.costs:
        lines += ["  costs:", *columns(_costs(found), look, indent="    ")]
    if not rows:
        lines.insert(1, "  the same findings, and the same was judged")
    if old.machine != new.machine:
        lines.append(f"  on two machines: {old.machine}; {new.machine}")
    return lines


def _lines(library: CoveredLibrary | None) -> str:
    return f"{library.reached:,} of {count(library.lines, 'line')}" if library is not None else "not known"


def _findings(word: str, color: Color, several: tuple[ReportedCause, ...]) -> list[list[Cell]]:
    told = (each.finding.diagnostic for each in several)
    return [[Cell(word, color), Cell(f"{each.code.id} {each.code.name}: {each.message}")] for each in told]


def _items(word: str, color: Color, names: list[str]) -> list[list[Cell]]:
    shown = names[:_MOST]
    if len(names) > _MOST:
        shown.append(f"and {len(names) - _MOST} more")
    return [[Cell(word, color), Cell(each)] for each in shown]


def _why(item: ItemFinished) -> str:
    return item.reasons[0].message if item.reasons else item.outcome.value


def _efforts(found: Difference) -> list[list[Cell]]:
    rows = []
    for (function, library), (old, new) in found.efforts.items():
        cells = [Cell(function), Cell(library)]
        for word in ("case", "call", "execution", "edge"):
            text = _change(old, new, word)
            if text:
                cells.append(Cell(text))
        rows.append(cells)
    return rows


def _costs(found: Difference) -> list[list[Cell]]:
    rows = [
        [
            Cell(each.cost.function),
            Cell(each.cost.library),
            Cell(each.words, Color.WARNING if each.is_worse else Color.GOOD),
        ]
        for each in found.costs[:_MOST_COSTS]
    ]
    if len(found.costs) > _MOST_COSTS:
        rows.append([Cell(f"and {len(found.costs) - _MOST_COSTS} more")])
    return rows


def _change(old: Effort, new: Effort, word: str) -> str:
    before, after = getattr(old, f"{word}s"), getattr(new, f"{word}s")
    if not before and not after:
        return ""
    return count(after, word) if before == after else f"{before:,} to {count(after, word)}"
