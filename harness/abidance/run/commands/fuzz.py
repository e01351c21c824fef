"""`abidance fuzz`: engines explore for as long as they are given; what they come by is judged as a run judges it."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from abidance.contract.content import content_of
from abidance.contract.load import load_contract
from abidance.core.catalogue import NOTHING_SELECTED
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import AbidanceError, NothingCollectedError
from abidance.core.events import Campaigning, Met, RunFinished, RunInterrupted, RunStarted, RunStopped
from abidance.core.gaps import left_open
from abidance.core.outcome import Outcome
from abidance.native.campaign import Limits
from abidance.native.progress import CorpusInput, Failed, Progress
from abidance.run.engine.items import check_names, libraries, list_items, no_library
from abidance.run.engine.session import Session
from abidance.run.exploration.campaigns import TIME_LIMIT, Campaigns
from abidance.run.exploration.engines import Ended, Engines
from abidance.run.exploration.entries import HandOver
from abidance.run.exploration.service_corpus import NO_CORPUS
from abidance.run.exploration.without_coverage import uncovered
from abidance.run.phases import EXPLORE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from abidance.contract.model import Contract
    from abidance.core.events import ItemFinished, ItemId, Listener
    from abidance.native.executable import EngineName
    from abidance.run.engine.items import Item
    from abidance.run.execution.handover import Campaign
    from abidance.run.exploration.engines import EngineEvent
    from abidance.run.exploration.entries import ExploredEntry, Key
    from abidance.run.exploration.service_corpus import ServiceCorpus
    from abidance.run.inputs.selection import Selection
    from abidance.run.inputs.settings import Settings

_Value = TypeVar("_Value")
_SHORTEST, _LONGEST = 1.0, 30.0
"""Seconds of one turn: each function gets several, so that none waits for the end of the time."""
_LOOK_EVERY = 0.25


@dataclass(frozen=True, slots=True)
class CampaignBudget:
    """How long, by the clock; how many engines at the same time, of which kind, and what else they begin with."""

    seconds: float
    jobs: int = 1
    engine: EngineName = "own"
    corpus: ServiceCorpus = NO_CORPUS


def fuzz_contract(
    path: Path, selection: Selection, settings: Settings, budget: CampaignBudget, listener: Listener
) -> None:
    """Explore a contract and tell `listener`; a contract that cannot be explored is reported as RunStopped.

    KeyboardInterrupt ends the engines, tells what was found so far, and is raised again.
    """
    try:
        contract = load_contract(path)
        check_names(contract, selection)
        with Session(settings, dict(selection.extra)) as session:
            session.boundary(contract)
            chosen = replace(selection, phases=(EXPLORE,))
            items = list_items(contract, chosen, settings.builds, budget.seconds)
            if not items:
                raise _nothing_left(contract)
            if not all(item.id.library for item in items):
                raise no_library(contract)
            _Campaign(contract, items, session, budget, listener).run(selection)
    except AbidanceError as error:
        listener(RunStopped(str(path), error.diagnostics, error.exit_code))


@dataclass(slots=True)
class _Campaign:
    """One contract's campaign. Engines run beside; what they come by is judged here, one after the other."""

    contract: Contract
    items: tuple[Item, ...]
    session: Session
    budget: CampaignBudget
    listener: Listener
    _results: dict[ItemId, ItemFinished] = field(default_factory=dict)
    _engines: Engines = field(default_factory=Engines)
    _turns: dict[int, tuple[Key, float]] = field(default_factory=dict)
    _hand_over: HandOver = field(init=False)
    _waiting: deque[tuple[Key, Callable[[], Campaign]]] = field(default_factory=deque)
    _found: set[tuple[str, ...]] = field(default_factory=set)
    _began: float = 0.0

    def __post_init__(self) -> None:
        limits = Limits(seconds=0.0, time_limit=TIME_LIMIT)
        self._hand_over = HandOver(
            Campaigns(self.session.sources), limits, self.budget.engine, self.budget.corpus
        )
        self.session.explorer = self._hand_over

    def run(self, selection: Selection) -> None:
        """Explore until the time is up."""
        settings = self.session.settings
        pairs = libraries(self.contract, selection, settings.builds)
        functions = {item.id.function for item in self.items}
        self.listener(
            RunStarted(
                boundary=str(self.contract.boundary),
                contract=str(self.contract.path),
                functions=len(functions & self.contract.functions.keys()),
                libraries=tuple(dict.fromkeys(name for name, _ in pairs)),
                builds=tuple(dict.fromkeys(build for _, build in pairs)),
                seed=settings.seed or 0,
                content=content_of(self.contract),
            )
        )
        interrupted = False
        try:
            self._open()
            self._explore()
            for key in self._entries:
                self._judge(key, self._entries[key].reached())
        except KeyboardInterrupt:
            interrupted = True
            self._save()
            raise
        finally:
            self._engines.close()
            self._finish(interrupted=interrupted)

    @property
    def _entries(self) -> dict[Key, ExploredEntry]:
        return self._hand_over.entries

    def _of(self, key: Key) -> list[Item]:
        """Return the items that are about an entry, one for each build."""
        return [item for item in self.items if (item.id.library, item.id.function) == key]

    def _open(self) -> None:
        """Build what is explored, and begin with each function; what cannot be explored is judged as that."""
        for key in dict.fromkeys((item.id.library, item.id.function) for item in self.items):
            mine = self._of(key)
            self._take(self.session.run(self.contract, mine[0], self.listener))
            if key not in self._entries:
                for item in mine[1:]:
                    self._take(self.session.run(self.contract, item, self.listener))

    def _explore(self) -> None:
        self._began = time.monotonic()
        if not self._entries:
            return
        turn = max(_SHORTEST, min(_LONGEST, self.budget.seconds * self.budget.jobs / len(self._entries)))
        while self._entries:
            left = self._left
            while (left > 0 or self._untried) and self._engines.running < self.budget.jobs:
                self._start(min(turn, max(left, _SHORTEST)))
            told = self._engines.next(0.0 if self._waiting else _LOOK_EVERY)
            if told is not None:
                self._hear(told)
            elif self._waiting:
                # The engines go on meanwhile.
                key, parcel = self._waiting.popleft()
                self._judge(key, parcel())
            elif not self._engines.running and self._left <= 0:
                return
            self._tell()

    @property
    def _untried(self) -> bool:
        """Tell whether something had no turn yet: judging what others came by may have taken the time."""
        return any(not entry.turns for entry in self._entries.values())

    @property
    def _left(self) -> float:
        return self._began + self.budget.seconds - time.monotonic()

    def _start(self, seconds: float) -> None:
        """Give a turn to the function that was tried least."""
        busy = [key for key, _ in self._turns.values()]
        key = min(self._entries, key=lambda each: (busy.count(each), self._entries[each].seconds))
        limits = replace(self._hand_over.limits, wall=seconds)
        entry = self._entries[key]
        number = self._engines.start(entry.turn(limits))
        entry.begin_turn(number)
        self._turns[number] = (key, time.monotonic())

    def _hear(self, told: EngineEvent) -> None:
        key, since = self._turns[told.number]
        if isinstance(told.event, Ended):
            del self._turns[told.number]
        entry = self._entries.get(key)
        if entry is None:  # given up
            return
        match told.event:
            case Progress() as progress:
                entry.note(told.number, progress)
            case CorpusInput() as kept:
                entry.keep(kept)
            case Failed(failure=failure):
                if entry.is_new(failure):
                    self._waiting.append((key, partial(entry.failing, failure)))
            case Ended(error=error):
                entry.seconds += time.monotonic() - since
                entry.end_turn(told.number, whole=self.budget.engine == "own")
                if error is not None:
                    self._give_up(key, error)
                elif entry.waiting:
                    self._waiting.append((key, entry.reached))

    def _give_up(self, key: Key, error: AbidanceError) -> None:
        """Leave out an entry whose engine does not start, and say so for all of its builds."""
        del self._entries[key]
        for item in self._of(key):
            before = self._results.get(item.id)
            reasons = (*(before.reasons if before else ()), *error.diagnostics)
            if before is not None:
                outcome = before.outcome if before.findings else Outcome.ERRORED
                self._results[item.id] = replace(before, outcome=outcome, reasons=reasons)

    def _judge(self, key: Key, parcel: Campaign) -> None:
        """Have every build judge what is handed over, and tell what is new."""
        self._hand_over.parcel = parcel
        try:
            judged = [self.session.run(self.contract, item, self.listener) for item in self._of(key)]
        finally:
            self._hand_over.parcel = None
        for result in judged:
            self._take(result)
        new = [
            replace(
                result, findings=tuple(f for f in result.findings if self._is_new(f.diagnostic.cause, result))
            )
            for result in judged
        ]
        if any(result.findings for result in new):
            self.listener(Met(str(self.contract.boundary), tuple(new)))

    def _is_new(self, cause: tuple[str, str], result: ItemFinished) -> bool:
        key = (*cause, result.item.library, result.item.build)
        new = key not in self._found
        self._found.add(key)
        return new

    def _take(self, result: ItemFinished) -> None:
        before = self._results.get(result.item)
        self._results[result.item] = result if before is None else together(before, result)

    def _tell(self) -> None:
        spent = max(time.monotonic() - self._began, 0.001)
        entries = self._entries.values()
        executions = sum(entry.executions for entry in entries)
        self.listener(
            Campaigning(
                boundary=str(self.contract.boundary),
                running=tuple(f"{function}[{library}]" for (library, function), _ in self._turns.values()),
                executions=executions,
                rate=executions / spent,
                edges=sum(entry.last.edges for entry in entries),
                corpus=sum(entry.last.corpus for entry in entries),
                findings=len({cause[:3] for cause in self._found}),
                left=max(self._left, 0.0),
            )
        )

    def _save(self) -> None:
        """Store what was found when it is interrupted; what the engines have told by then is part of it."""
        for told in self._engines.close():
            key, _ = self._turns.get(told.number, (("", ""), 0.0))
            if key in self._entries and isinstance(told.event, CorpusInput):
                self._entries[key].keep(told.event)
        for entry in self._entries.values():
            entry.reached()

    def _finish(self, *, interrupted: bool) -> None:
        finished = tuple(self._results[item.id] for item in self.items if item.id in self._results)
        for result in finished:
            self.listener(result)
        if interrupted:
            self.listener(RunInterrupted())
        more = [
            f"{count} further failing inputs of `{function}` in `{library}`"
            for (library, function), entry in self._entries.items()
            if (count := entry.unjudged)
        ]
        more += uncovered(finished)
        gaps = left_open((each.item.library, each.gaps, each.tested) for each in finished)
        self.listener(
            RunFinished(
                boundary=str(self.contract.boundary),
                contract=str(self.contract.path),
                seed=self.session.settings.seed or 0,
                items=finished,
                not_judged=(
                    *gaps,
                    *more,
                    *dict.fromkeys(words for result in finished for words in result.unasked),
                ),
                interrupted=interrupted,
            )
        )


def together(one: ItemFinished, other: ItemFinished) -> ItemFinished:
    """Return what two judgements of one item come to, the later one second."""
    findings = {each.diagnostic.cause: each for each in (*other.findings, *one.findings)}
    suppressed = {each.diagnostic.cause: (each, why) for each, why in (*other.suppressed, *one.suppressed)}
    explored = other.explored if other.explored and other.explored.executions else one.explored
    if explored is not None:
        cases = sum(each.explored.cases for each in (one, other) if each.explored)
        explored = replace(explored, cases=cases)
    outcomes = (one.outcome, other.outcome)
    worst = next((each for each in _WORST_FIRST if each in outcomes), other.outcome)
    return replace(
        one,
        outcome=worst,
        cases=one.cases + other.cases,
        calls=one.calls + other.calls,
        seconds=one.seconds + other.seconds,
        findings=tuple(findings.values()),
        reasons=_once((*one.reasons, *other.reasons)),
        gaps=_once((*one.gaps, *other.gaps)),
        tested=one.tested | other.tested,
        unasked=_once((*one.unasked, *other.unasked)),
        suppressed=tuple(suppressed.values()),
        beyond=one.beyond or other.beyond,
        watched=other.watched or one.watched,
        explored=explored,
    )


_WORST_FIRST = (Outcome.FAILED, Outcome.ERRORED, Outcome.SUPPRESSED, Outcome.SKIPPED, Outcome.PASSED)


def _once(values: Iterable[_Value]) -> tuple[_Value, ...]:
    return tuple(dict.fromkeys(values))


def _nothing_left(contract: Contract) -> NothingCollectedError:
    return NothingCollectedError(
        Diagnostic(
            NOTHING_SELECTED,
            f"nothing of `{contract.boundary}` is left to explore",
            help=f"functions: {', '.join(list(contract.functions)[:8]) or 'none'}",
        )
    )
