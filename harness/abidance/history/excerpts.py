"""Collects the lines that findings point at, while the files are still those that were judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.coverage_event import Covered
from abidance.core.events import ItemFinished
from abidance.core.excerpts import ExcerptLine, Excerpts
from abidance.core.gate import GateResult
from abidance.core.traces import Traced
from abidance.report.text.source import SourceFiles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from abidance.core.diagnostic import Diagnostic, Finding
    from abidance.core.source_reach import Barrier

_MOST = 2_000
"""So many lines are kept of a run about one contract."""
_LONGEST = 400


def excerpts_of(contract: str, events: Iterable[object]) -> Excerpts | None:
    """Return the lines that events about a contract point at; None where they point at none that can be read."""
    sources = SourceFiles()
    lines = []
    for path, number in list(dict.fromkeys(place for each in events for place in _places(each)))[:_MOST]:
        text = sources.text(path, number)
        if text is not None:
            lines.append(ExcerptLine(path, number, text[:_LONGEST]))
    return Excerpts(contract, tuple(lines)) if lines else None


def _places(event: object) -> Iterator[tuple[Path, int]]:
    match event:
        case ItemFinished():
            for finding in (*event.findings, *(each for each, _ in event.suppressed)):
                yield from _of_finding(finding)
        case GateResult():
            for change in event.changes:
                yield from _of(change.diagnostic)
            for each in event.findings:
                yield from _of(each)
        case Traced():
            for finding in event.findings:
                yield from _of_finding(finding)
        case Covered():
            for library in event.libraries:
                for file in library.files:
                    yield from ((file.path, line) for each in file.barriers for line in _of_barrier(each))
        case _:
            pass


def _of_finding(finding: Finding) -> Iterator[tuple[Path, int]]:
    yield from _of(finding.diagnostic)
    if finding.defined is not None:
        yield finding.defined.path, finding.defined.line


def _of(diagnostic: Diagnostic) -> Iterator[tuple[Path, int]]:
    return ((label.span.path, label.span.line) for label in diagnostic.labels)


def _of_barrier(barrier: Barrier) -> tuple[int, ...]:
    """Return the line of a condition, and the first that it keeps from being reached."""
    return (barrier.line, *barrier.behind[:1])
