"""Gathers what is known of contracts: their facts, and for each item the latest kept run that has judged it.

A run of one function does not put out of sight what an earlier one has shown of the others, and is not taken for it
either: each piece names its run, and whether anything was changed since.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING

from abidance.contract.content import content_of
from abidance.contract.load import load_contract
from abidance.core.coverage_event import Covered
from abidance.core.errors import AbidanceError
from abidance.core.events import ItemFinished, ItemId, RunFinished, RunStarted, RunStopped
from abidance.core.excerpts import Excerpts
from abidance.core.gaps import left_open
from abidance.core.gate import GateResult
from abidance.core.profiles import Profiled
from abidance.core.traces import Traced
from abidance.evidence.model import ContractEvidence, FromRun, RunOrigin, SubjectEvidence
from abidance.evidence.reading import read_facts
from abidance.history.origin import changed_since, origin
from abidance.history.past import Past
from abidance.report.record import causes, suppressed_only

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from abidance.core.codes import Code
    from abidance.core.costs import MeasuredCost
    from abidance.core.gaps import Gap, Tested
    from abidance.evidence.facts import KnownBoundary
    from abidance.evidence.model import SourcePlace, SubjectKind
    from abidance.history.origin import Origin
    from abidance.history.store import RunStore, StoredRun
    from abidance.report.record import ReportedCause

_FARTHEST = 50
"""So many runs of a contract are looked through, the last first, for items that later ones have not judged."""
_SHOWN = 3
"""So many changed files are named."""
_RUNS = ("run", "pytest")
_ItemKey = tuple[bool, ItemId]
"""Whether a campaign has judged it, which is another search than that of a run, and the item."""


def evidence(
    store: RunStore, root: Path, contracts: Sequence[Path], codes: Mapping[str, Code]
) -> tuple[ContractEvidence, ...]:
    """Return what is known of each contract; `root` is the project's folder, whose kept runs `store` has.

    Raises UsageError for a store that cannot be read.
    """
    past, now = Past(store, root, codes), origin(root)
    return tuple(_evidence(past, now, root, path.absolute()) for path in contracts)


def _evidence(past: Past, now: Origin, root: Path, path: Path) -> ContractEvidence:
    subject = str(path).removeprefix(f"{root}/")
    facts, unread = read_facts(path)
    gathered = _Gathered(now, _content(path), facts, cache(partial(changed_since, root)))
    about = [run for run in past.runs if subject in run.subjects]
    for run in about[:_FARTHEST]:
        if not (gathered.is_whole and run.command in _RUNS):
            gathered.take(run, past.events(run, subject))
    return ContractEvidence(
        contract=subject,
        facts=facts,
        unread=unread,
        runs=tuple(gathered.origins.values()),
        subjects=tuple(gathered.subjects()),
        not_judged=gathered.not_judged,
        stopped=gathered.stopped,
        gate=gathered.gate,
        coverage=gathered.coverage,
        profiles=tuple(gathered.profiles.values()),
        traces=tuple(gathered.traces.values()),
        lines=gathered.lines,
    )


def _content(path: Path) -> str:
    try:
        return content_of(load_contract(path))
    except AbidanceError:
        return ""


@dataclass(slots=True)
class _Gathered:
    """What was found in the runs that were looked through so far."""

    now: Origin
    content: str
    facts: KnownBoundary | None
    changed_since: Callable[[str], tuple[str, ...] | None]
    origins: dict[int, RunOrigin] = field(default_factory=dict)
    items: dict[_ItemKey, FromRun[ItemFinished]] = field(default_factory=dict)
    not_judged: tuple[FromRun[str], ...] = ()
    stopped: FromRun[RunStopped] | None = None
    gate: FromRun[GateResult] | None = None
    coverage: FromRun[Covered] | None = None
    profiles: dict[tuple[str, str, str], FromRun[Profiled]] = field(default_factory=dict)
    traces: dict[tuple[str, tuple[str, ...]], FromRun[Traced]] = field(default_factory=dict)
    lines: dict[SourcePlace, str] = field(default_factory=dict)
    is_whole: bool = False
    """Whether a run was among them that left out nothing of the contract: older ones tell nothing more of its items."""

    def take(self, run: StoredRun, events: Sequence[object]) -> None:
        """Take in a run, older than those before it."""
        content = next((each.content for each in events if isinstance(each, RunStarted | Covered)), "")
        of = RunOrigin(run, tuple(self._doubts(run, content)))
        before = self._size
        finished = next((each for each in events if isinstance(each, RunFinished)), None)
        judged = [each for each in events if isinstance(each, ItemFinished)]
        if run.command == "fuzz":
            self._items(judged, of, campaign=True)
        elif judged:
            self._items(judged, of, campaign=False)
            if not self.not_judged and finished is not None:
                self.not_judged = tuple(FromRun(words, of) for words in finished.not_judged)
            self.is_whole = self._covers_all(run, judged, finished)
        for each in events:
            match each:
                case RunStopped() if not self.items and self.stopped is None:
                    self.stopped = FromRun(each, of)
                case GateResult() if self.gate is None:
                    self.gate = FromRun(each, of)
                case Covered() if self.coverage is None:
                    self.coverage = FromRun(each, of)
                case Profiled(_, _, function, library, build):
                    self.profiles.setdefault((function, library, build), FromRun(each, of))
                case Traced(_, _, library, command):
                    self.traces.setdefault((library, command), FromRun(each, of))
                case Excerpts():
                    for line in each.lines:
                        self.lines[run.id, line.path, line.line] = line.text
                case _:
                    pass
        if self._size > before:
            self.origins[run.id] = of

    @property
    def _size(self) -> int:
        alone = (self.stopped, self.gate, self.coverage)
        several = len(self.items) + len(self.profiles) + len(self.traces)
        return several + sum(each is not None for each in alone)

    def _items(self, judged: Iterable[ItemFinished], of: RunOrigin, *, campaign: bool) -> None:
        for each in judged:
            self.items.setdefault((campaign, each.item), FromRun(each, of))

    def _covers_all(
        self, run: StoredRun, judged: Sequence[ItemFinished], finished: RunFinished | None
    ) -> bool:
        """Tell whether a run has left out nothing that the contract has now."""
        ended = run.ended is not None and (finished is None or not finished.interrupted)
        if not ended or self.facts is None:
            return False
        pairs = {(side.function, side.library) for each in judged for side in each.item.sides}
        names = {each.name for each in self.facts.functions if each.listed}
        whole = any(each.item.function == self.facts.name for each in judged)
        libraries = [each.name for each in self.facts.libraries]
        return whole and all((name, library) in pairs for name in names for library in libraries)

    def _doubts(self, run: StoredRun, content: str) -> Iterator[str]:
        """Yield why what a run has shown may not be so any more."""
        now = self.now
        same = run.revision == now.revision
        if not (same and run.changes == now.changes and run.changed is now.changed):
            files = () if run.changes or run.changed else self.changed_since(run.revision)
            where = (
                "" if same else f" at {run.revision[:10] or 'no revision'}, and now is {now.revision[:10]}"
            )
            if files:
                yield f"{_files(files)} changed since{f': it was{where}' if where else ''}"
            elif run.changed:
                yield f"it was of changed files{where}, and they have changed since"
            elif files is None:
                yield f"files were changed since{f': it was{where}' if where else ''}"
        if content and self.content and content != self.content:
            yield "the contract or its header was changed since"

    # ------------------------------------------------------------- subjects

    def subjects(self) -> Iterator[SubjectEvidence]:
        """Yield what was found by function, handle and law, the boundary itself first."""
        shown, names = self._shown(), self._names()
        found = [each.value for each in shown]
        costs = _costs(shown)
        origins, asked = _origins(shown), _asked(found)
        blamed = _by_subject(causes(found), names)
        hidden = _by_subject(causes(suppressed_only(found)), names)
        reasons = {finding.key: why for item in found for finding, why in item.suppressed}
        functions = {each.name: each for each in self.facts.functions} if self.facts is not None else {}
        for name, kind in names.items():
            mine = tuple(each for each in shown if each.value.item.function == name)
            yield SubjectEvidence(
                name=name,
                kind=kind,
                facts=functions.get(name),
                items=mine,
                causes=tuple(FromRun(each, origins[each.finding.key]) for each in blamed.get(name, ())),
                suppressed=tuple(
                    FromRun((each, reasons[each.finding.key]), origins[each.finding.key])
                    for each in hidden.get(name, ())
                ),
                gaps=left_open(asked.get(name, ())),
                costs=costs.get(name, ()),
            )

    def _names(self) -> dict[str, SubjectKind]:
        names: dict[str, SubjectKind] = {}
        if self.facts is not None:
            names[self.facts.name] = "boundary"
            names |= {each.name: "function" for each in self.facts.functions}
            names |= {each.name: "handle" for each in self.facts.handles}
            names |= {each.name: "law" for each in self.facts.laws}
            return names
        for each in self.items.values():
            item = each.value.item
            names.setdefault(item.function, "boundary" if item.function == item.boundary else "function")
        return names

    def _shown(self) -> list[FromRun[ItemFinished]]:
        """Return the items of the contract as it is: their libraries are its own, or were those of the last run.

        A campaign before a change tells nothing more where a run has judged the function since.
        """
        libraries = None if self.facts is None else {each.name for each in self.facts.libraries}
        known = None if libraries is None else libraries | self._last_libraries()
        now = {
            item.function
            for (campaign, item), each in self.items.items()
            if not campaign and each.origin.is_current and each.value.judged and item.library
        }
        return [
            each
            for (campaign, item), each in self.items.items()
            if not (campaign and not each.origin.is_current and item.function in now)
            and (known is None or not item.library or all(side.library in known for side in item.sides))
        ]

    def _last_libraries(self) -> set[str]:
        first = next(iter(self.items.values()), None)
        if first is None:
            return set()
        last = first.origin.run.id
        mine = (each.value.item for each in self.items.values() if each.origin.run.id == last)
        return {side.library for item in mine if item.library for side in item.sides}


def _files(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:_SHOWN])
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return f"{shown}{more} {'was' if len(names) == 1 else 'were'}"


def _costs(shown: Iterable[FromRun[ItemFinished]]) -> dict[str, tuple[FromRun[MeasuredCost], ...]]:
    """Return what was measured of each function, whichever item measured it."""
    found: dict[str, list[FromRun[MeasuredCost]]] = {}
    for each in shown:
        for cost in each.value.costs:
            found.setdefault(cost.function, []).append(FromRun(cost, each.origin))
    return {name: tuple(several) for name, several in found.items()}


def _asked(items: Iterable[ItemFinished]) -> dict[str, list[tuple[str, list[Gap], list[Tested]]]]:
    """Return by function which of its promises items left open and closed, as `left_open` takes it.

    An item closes what others leave open: a sequence of calls, for one, that of each function that it calls.
    """
    found: dict[str, list[tuple[str, list[Gap], list[Tested]]]] = {}
    for item in items:
        mine: dict[str, tuple[str, list[Gap], list[Tested]]] = {}
        for gap in item.gaps:
            mine.setdefault(gap.function, (item.item.library, [], []))[1].append(gap)
        for closed in item.tested:
            mine.setdefault(closed[0], (item.item.library, [], []))[2].append(closed)
        for name, told in mine.items():
            found.setdefault(name, []).append(told)
    return found


def _origins(shown: Sequence[FromRun[ItemFinished]]) -> dict[tuple[str, ...], RunOrigin]:
    """Return the last run that has seen each fault."""
    found: dict[tuple[str, ...], RunOrigin] = {}
    for each in sorted(shown, key=lambda each: -each.origin.run.id):
        for finding in (*each.value.findings, *(told for told, _ in each.value.suppressed)):
            found.setdefault(finding.key, each.origin)
    return found


def _by_subject(
    several: Iterable[ReportedCause], names: Mapping[str, SubjectKind]
) -> dict[str, list[ReportedCause]]:
    """Return causes by whom they are shown with: who is to blame, or else, where that is nobody here, who met it."""
    found: dict[str, list[ReportedCause]] = {}
    for each in several:
        told = each.finding
        name = next((name for name in (told.subject, told.function) if name in names), next(iter(names), ""))
        found.setdefault(name, []).append(each)
    return found
