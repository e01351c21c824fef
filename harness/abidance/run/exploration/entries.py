"""What a campaign knows of each function or handle of a library, between two turns of its engine and across builds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.core.errors import AbidanceError
from abidance.core.events import Explored
from abidance.native.engine_environment import show_all
from abidance.native.progress import Progress
from abidance.run.execution.handover import Campaign
from abidance.run.exploration.campaigns import alone, failed, not_explored, reached_cases, read
from abidance.run.exploration.corpus import keep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from abidance.native.campaign import Assignment, Limits
    from abidance.native.executable import EngineName
    from abidance.native.progress import CorpusInput, Failure
    from abidance.run.execution.context import Context
    from abidance.run.execution.handover import Handed
    from abidance.run.exploration.campaigns import Campaigns, Start
    from abidance.run.exploration.service_corpus import ServiceCorpus

MOST_AT_ONCE = 200
"""So many inputs that reached something new are judged after a turn; the others stay in the corpus."""

MOST_CAUSES = 64
"""So many causes of one function or handle are judged: of code that fails in ever new places, the first will do."""

Key = tuple[str, str]
"""A library, and a function or handle."""


@dataclass(slots=True)
class ExploredEntry:
    """One function or handle of a library: its corpus, the causes that are known, and how much it was tried.

    `waiting` are inputs that no build has judged yet.
    """

    start: Start
    context: Context
    corpus: dict[bytes, None] = field(default_factory=dict)
    causes: set[str] = field(default_factory=set)
    known: tuple[str, ...] = ()
    done: int = 0
    last: Progress = field(default_factory=lambda: Progress(0, 0, 0, 0, 0.0))
    seconds: float = 0.0
    turns: int = 0
    unjudged: int = 0
    waiting: dict[bytes, None] = field(default_factory=dict)
    _running: dict[int, Progress | None] = field(default_factory=dict)
    _reached: set[bytes] = field(default_factory=set)
    _cases: dict[bytes, Handed] = field(default_factory=dict)
    _earlier: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        seeds = self.start.work.seeds
        self.corpus = dict.fromkeys(seeds)
        self._earlier = {handed.key for handed in self.start.known}
        self._cases = dict(zip(seeds, self.start.seeds, strict=True))

    @property
    def executions(self) -> int:
        """Return how many there were, in all turns."""
        return self.done + sum(each.executions for each in self._running.values() if each)

    def turn(self, limits: Limits) -> Assignment:
        """Return what an engine does next: it goes on from what is known, the smallest inputs first."""
        if (
            not self._running
        ):  # several engines begin with the same corpus, and end with what they reached together
            self._reached = set()
        work = self.start.work
        seeds = sorted(self.corpus, key=lambda data: (len(data), data))
        seed = work.seed * 1009 + self.turns
        self.turns += 1
        return replace(work, seeds=seeds, known=self.known, seed=seed, limits=limits)

    def keep(self, kept: CorpusInput) -> None:
        """Take in an input that reached something new."""
        if kept.seed is not None:
            handed = self._cases.get(kept.data)
            if self.turns == 1 and handed is not None and handed.key in self._earlier:
                self.waiting[kept.data] = None
        else:
            self.waiting[kept.data] = None
            self.corpus[kept.data] = None
            if kept.instead_of is not None:
                self.waiting.pop(kept.instead_of, None)
                self.corpus.pop(kept.instead_of, None)
        self._reached.add(kept.data)

    def is_new(self, failure: Failure) -> bool:
        """Take in a failure; tell whether its cause was not known."""
        self.corpus.pop(failure.data, None)
        if failure.finding is not None:
            self.known = tuple(dict.fromkeys((*self.known, failure.cause)))
        if failure.cause in self.causes:
            return False
        if len(self.causes) == MOST_CAUSES:
            self.unjudged += 1
            return False
        self.causes.add(failure.cause)
        return True

    def begin_turn(self, number: int) -> None:
        """Take in that an engine began, by its number."""
        self._running[number] = None

    def note(self, number: int, progress: Progress) -> None:
        """Take in how far an engine is."""
        self._running[number] = self.last = progress

    def end_turn(self, number: int, *, whole: bool) -> None:
        """Take in that a turn is over; where it was a whole one, only what reached something stays in the corpus."""
        ended = self._running.pop(number)
        self.done += ended.executions if ended else 0
        if whole and self._reached and not self._running:
            self.corpus = {data: None for data in self.corpus if data in self._reached}

    def failing(self, failure: Failure) -> Campaign:
        """Return a failure for the builds to judge."""
        return Campaign(self._explored(0), (), (failed(self.context.boundary, self.start.work, failure),))

    def reached(self) -> Campaign:
        """Return what no build has judged yet, and store the corpus for the next campaign and run."""
        first = [*self.waiting][:MOST_AT_ONCE]
        self.waiting.clear()
        boundary, work = self.context.boundary, self.start.work
        unread = [data for data in first if data not in self._cases]
        for data, text in zip(unread, show_all(alone(work), unread), strict=True):
            handed = read(boundary, work.entry, text)
            if handed is not None:
                self._cases[data] = handed
        found = [self._cases[data] for data in first if data in self._cases]
        corpus = (self._cases[data] for data in self.corpus if data in self._cases)
        keep(self.context, corpus, self.start.known)
        return Campaign(self._explored(len(found)), tuple(found))

    def _explored(self, cases: int) -> Explored:
        why = "" if self.last.covered or not self.executions else _uncovered(self.start)
        return Explored(self.executions, self.last.edges, self.seconds, cases, why)


@dataclass(slots=True)
class HandOver:
    """Stands where a run would explore. Asked about an entry for the first time it opens that, and hands nothing over.

    From then on it hands over what was last put into `parcel`.
    """

    campaigns: Campaigns
    limits: Limits
    engine: EngineName
    corpus: ServiceCorpus
    entries: dict[Key, ExploredEntry] = field(default_factory=dict)
    parcel: Campaign | None = None

    def of(self, context: Context, _seconds: float, seeds: Callable[[], Iterable[Handed]]) -> Campaign:
        """Return what is to be judged; raises AbidanceError where an entry cannot be explored."""
        key = (context.item.library, context.item.function)
        if key not in self.entries:
            try:
                start = self._start(context, seeds())
            except AbidanceError as error:
                raise not_explored(context, error) from None
            self.entries[key] = ExploredEntry(start, context)
        if self.parcel is None:
            return Campaign(Explored(0, 0, 0.0, 0))
        return self.parcel

    def _start(self, context: Context, seeds: Iterable[Handed]) -> Start:
        """Return what the engine begins with, and what a service has of the same fuzzer among it."""
        inputs = self.corpus.of(context.item)
        if inputs:
            work = self.campaigns.start(context, (), self.limits, self.engine).work
            seeds = (*reached_cases(context.boundary, work, inputs), *seeds)
        return self.campaigns.start(context, seeds, self.limits, self.engine)


def _uncovered(start: Start) -> str:
    return f"`{start.work.executable.artifact.path.name}` does not tell which of its code is reached"
