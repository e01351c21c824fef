"""Events as JSON values, and back: what the documents of several machines are put together from.

What is read comes from a file, so nothing but the events' own classes is made of it. Paths below the working directory
are written relative to it: another machine has the project elsewhere.
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abidance.core.codes import Code
from abidance.core.costs import Histogram, MeasuredCost, Quantile
from abidance.core.coverage import Exercise
from abidance.core.coverage_event import Covered, CoveredFile, CoveredFunction, CoveredLibrary
from abidance.core.diagnostic import Diagnostic, Finding, Label
from abidance.core.events import (
    Beyond,
    Explored,
    ItemFinished,
    ItemId,
    Partition,
    RunFinished,
    RunInterrupted,
    RunStarted,
    RunStopped,
)
from abidance.core.excerpts import ExcerptLine, Excerpts
from abidance.core.gaps import Gap
from abidance.core.gate import GateResult, JudgedChange, SuppressedFinding
from abidance.core.known_count import KnownCount
from abidance.core.outcome import Outcome
from abidance.core.profiles import FoldedStack, Profiled, ProfileFrame
from abidance.core.source_reach import Barrier
from abidance.core.span import LateSpan, Span
from abidance.core.traces import Traced, TracedFunction, TracedGrowth, TracedSize, TracedStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.core.events import Event
    from abidance.report.record import Run, RunRecord

_CLASSES: dict[str, Any] = {
    each.__name__: each
    for each in (
        Barrier,
        Beyond,
        Covered,
        CoveredFile,
        CoveredFunction,
        CoveredLibrary,
        Excerpts,
        ExcerptLine,
        Exercise,
        MeasuredCost,
        Diagnostic,
        Explored,
        Finding,
        FoldedStack,
        Gap,
        GateResult,
        Histogram,
        ItemFinished,
        ItemId,
        JudgedChange,
        KnownCount,
        Label,
        Partition,
        Profiled,
        Quantile,
        RunFinished,
        RunInterrupted,
        RunStarted,
        RunStopped,
        Span,
        ProfileFrame,
        SuppressedFinding,
        Traced,
        TracedFunction,
        TracedGrowth,
        TracedSize,
        TracedStatus,
    )
}
_KIND, _CONTRACT = "is", "contract"


def events_of(record: RunRecord) -> tuple[Event, ...]:
    """Return the events that a record was made from, but for those that only tell of progress."""
    stops: tuple[Event, ...] = tuple(record.stops)
    interrupted: tuple[Event, ...] = (RunInterrupted(),) if record.interrupted else ()
    return (*(event for run in record.runs for event in _of(run)), *stops, *interrupted)


def _of(run: Run) -> tuple[Event, ...]:
    started = run.started
    ended = RunFinished(
        started.boundary,
        started.contract,
        started.seed,
        tuple(run.items),
        run.not_judged,
        run.unpromised,
        run.unneeded,
        interrupted=run.interrupted or not run.finished,
    )
    return started, ended


def to_json(value: object, base: Path) -> object:
    """Return an event, or a part of one, as JSON; paths below `base` become relative to it."""
    match value:
        case Code():
            return {_KIND: "Code", "id": value.id}
        case Outcome():
            return {_KIND: "Outcome", "value": value.value}
        case Path():
            inside = value.is_relative_to(base)
            return {_KIND: "Path", "value": str(value.relative_to(base) if inside else value)}
        case frozenset():
            return {_KIND: "set", "items": [to_json(each, base) for each in sorted(value)]}
        case tuple() | list():
            return [to_json(each, base) for each in value]
        case dict():
            return {_KIND: "dict", "items": {name: to_json(each, base) for name, each in value.items()}}
        case str() | int() | float() | None:
            return value
    if isinstance(value, LateSpan):
        value = value.known()
    kind = type(value).__name__
    assert _CLASSES[kind] is type(value)
    members = {each.name: getattr(value, each.name) for each in fields(value)}  # type: ignore[arg-type]
    if members.get(_CONTRACT):
        members[_CONTRACT] = Path(members[_CONTRACT])
    return {_KIND: kind, **{name: to_json(each, base) for name, each in members.items()}}


def from_json(value: object, base: Path, codes: Mapping[str, Code]) -> Any:
    """Return what JSON stands for; raises ValueError, KeyError or TypeError for what no event was written as."""
    if isinstance(value, list):
        return tuple(from_json(each, base, codes) for each in value)
    if not isinstance(value, dict):
        return value
    match kind := value[_KIND]:
        case "Code":
            return codes[value["id"]]
        case "Outcome":
            return Outcome(value["value"])
        case "Path":
            return base / value["value"]
        case "set":
            return frozenset(from_json(value["items"], base, codes))
        case "dict":
            return {name: from_json(each, base, codes) for name, each in value["items"].items()}
    members = {name: from_json(each, base, codes) for name, each in value.items() if name != _KIND}
    if members.get(_CONTRACT):
        members[_CONTRACT] = str(members[_CONTRACT])
    return _CLASSES[kind](**members)
