"""The last lines of a report: what the run comes to, in words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.outcome import ExitCode, Outcome
from abidance.report.record import unseen
from abidance.report.text.joining import joined
from abidance.report.text.style import Color
from abidance.report.text.wording import count, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.core.diagnostic import Finding
    from abidance.report.record import RunRecord
    from abidance.report.text.style import Style

_MANY, _LINE = 3, 200
"""So many names, and so many characters of gaps, stand in one sentence; more in a list."""


@dataclass(frozen=True, slots=True)
class VerdictText:
    """One sentence in bold, further sentences, and lines that stand below them."""

    sentence: str
    color: Color
    more: tuple[str, ...] = ()
    below: tuple[str, ...] = ()


def verdict(record: RunRecord, look: Style, verbosity: int = 0) -> VerdictText:
    """Return what the record comes to. `ok` is said only when all that counts was judged.

    What was not judged of several functions alike stands in one line, unless more is wanted.
    """
    code = record.exit_code
    stopped = _stopped(record, look)
    match code:
        case ExitCode.OK:
            color = Color.GOOD
            parts = [_holds(record), _warned(record), _suppressed(record)]
        case ExitCode.FINDINGS:
            color = Color.ERROR
            parts = [_findings_line(record), _suppressed(record), _missing(record), stopped, _explain(record)]
        case ExitCode.NOTHING_COLLECTED:
            color = Color.WARNING
            judged = any(item.judged for item in record.items)
            parts = [stopped, "what was judged holds"] if judged else ["nothing was run, so nothing passed"]
        case _:
            color = Color.WARNING
            judged = any(item.judged for item in record.items)
            parts = [_missing(record), stopped, "what was judged holds" if judged else "nothing was judged"]
    if record.interrupted:
        parts.insert(0, "interrupted")
    first, *rest = (part for part in parts if part)
    gaps = _gaps(record) if verbosity else joined(_gaps(record))
    below: tuple[str, ...] = ()
    if 0 < len(gaps) <= _MANY and sum(map(len, gaps)) <= _LINE and _can_be_listed(gaps):
        rest.append(f"not judged: {', '.join(gaps)}")
    elif gaps:
        below = ("Not judged:", *(f"  {gap}" for gap in gaps))
    sentences = (each for run in record.runs for each in unseen(run.items))
    below = (*below, *(f"note: {sentence}" for sentence in sentences))
    more = tuple(f"{part[0].upper()}{part[1:]}." for part in rest)
    return VerdictText(f"{first}.", color, more, below)


def _can_be_listed(gaps: Sequence[str]) -> bool:
    """Tell whether it is clear where one ends, with commas between them: not if one has such marks of its own."""
    return len(gaps) == 1 or not any(mark in gap for gap in gaps for mark in (", ", "; "))


def _gaps(record: RunRecord) -> tuple[str, ...]:
    several = len(record.runs) > 1
    names = (
        f"{run.started.boundary}: {name}" if several else name
        for run in record.runs
        for name in run.not_judged
    )
    return tuple(dict.fromkeys(names))


def _holds(record: RunRecord) -> str:
    contracts = len(record.runs) or len(record.stops)  # what is only checked never begins to run
    share = next((run.started.partition for run in record.runs if run.started.partition), None)
    if share is not None:
        which = f"partition {share.number} of {share.count}"
        return f"ok: {which} holds" if any(record.items) else f"ok: {which} has nothing to judge"
    if not any(item.item.library for item in record.items):
        subject = (
            "contract and header agree" if contracts == 1 else f"{contracts:,} contracts and headers agree"
        )
        return f"ok: {subject}; nothing was called"
    ok = "ok: the contract holds" if contracts == 1 else f"ok: all {contracts:,} contracts hold"
    excepted = any(item.outcome is Outcome.SUPPRESSED for item in record.items)
    return f"{ok}, but for what is suppressed" if excepted else ok


def _failing(record: RunRecord) -> list[Finding]:
    return [cause.finding for run in record.runs for cause in run.causes if cause.fails]


def _findings_line(record: RunRecord) -> str:
    found = _failing(record)
    if not found:
        failed = sum(item.outcome is Outcome.FAILED for item in record.items)
        return f"{count(failed, 'item')} failed"
    functions = dict.fromkeys(finding.function for finding in found)
    where = quoted(functions) if len(functions) <= _MANY else count(len(functions), "function")
    return f"{count(len(found), 'finding')} in {where}"


def _warned(record: RunRecord) -> str:
    warned = sum(not cause.fails for run in record.runs for cause in run.causes)
    return count(warned, "warning") if warned else ""


def _suppressed(record: RunRecord) -> str:
    hidden = sum(len(run.suppressed) for run in record.runs)
    return f"{count(hidden, 'finding')} suppressed" if hidden else ""


def _explain(record: RunRecord) -> str:
    codes = tuple(dict.fromkeys(finding.diagnostic.code.id for finding in _failing(record)))
    match codes:
        case ():
            return ""
        case (code,):
            return f"`abidance explain {code}` says what this rule means and what it cannot see"
        case _:
            shown = ", ".join(codes)
            return f"`abidance explain CODE` says what a rule means and what it cannot see: {shown}"


def _missing(record: RunRecord) -> str:
    counted = [item for run in record.runs for item in run.counted]
    missing = sum(not item.judged for item in counted)
    return f"{missing:,} of {count(len(counted), 'item')} could not be judged" if missing else ""


def _stopped(record: RunRecord, look: Style) -> str:
    errors = sum(len(stop.diagnostics) for stop in record.stops)
    names = [look.path(Path(stop.contract)) for stop in record.stops if stop.contract]
    return f"{count(errors, 'error')}" + (f" in {quoted(names)}" if names else "") if errors else ""
