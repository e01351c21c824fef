"""What the engine tells whoever listens: the command line's progress, the reporters, pytest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.core.codes import Severity
from abidance.core.diagnostic import VERSUS
from abidance.core.outcome import Outcome

if TYPE_CHECKING:
    from abidance.core.costs import MeasuredCost
    from abidance.core.diagnostic import Diagnostic, Finding
    from abidance.core.gaps import Gap, Tested
    from abidance.core.known_count import KnownCount
    from abidance.core.span import Span


LITTLE_ELSE = 0.9
"""When more of a search's cases than this end the process, it is said that little else was seen."""


@dataclass(frozen=True, slots=True)
class ItemId:
    """One test item: a function, a phase and, where something runs, a library and a build."""

    boundary: str
    function: str
    phase: str
    library: str = ""
    build: str = ""

    @property
    def sides(self) -> tuple[ItemId, ...]:
        """Return the item as each of the libraries takes that it is about: two for ``c=rust``, else itself.

        A build such as ``debug=release`` compares two builds of one library.
        """
        libraries, builds = self.library.split(VERSUS), self.build.split(VERSUS)
        count = max(len(libraries), len(builds))
        names = zip(libraries * (count // len(libraries)), builds * (count // len(builds)), strict=True)
        return tuple(replace(self, library=library, build=build) for library, build in names)

    def __str__(self) -> str:
        where = "-".join(part for part in (self.library, self.build) if part)
        return f"{self.function}::{self.phase}" + (f"[{where}]" if where else "")


@dataclass(frozen=True, slots=True)
class Partition:
    """A share of a contract's items, judged on one of several machines: the `number`th of `count`, from 1.

    `plan` are all items of the contract, each with the number of the partition that judges it, and `functions` is how
    many functions they are about.
    """

    number: int
    count: int
    functions: int
    plan: tuple[tuple[ItemId, int], ...]


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run over one contract begins.

    `items` are those that are to be judged; `ends_at` is when the run's time is up on the monotonic clock, if it is
    given one. `seeds` are those of the partitions that were put together, where they differ. `content` names what the
    contract's files and the header hold, and is empty where nobody looked.
    """

    boundary: str
    contract: str
    functions: int
    libraries: tuple[str, ...]
    builds: tuple[str, ...]
    seed: int
    items: tuple[ItemId, ...] = ()
    ends_at: float | None = None
    partition: Partition | None = None
    seeds: tuple[int, ...] = ()
    content: str = ""


@dataclass(frozen=True, slots=True)
class ItemStarted:
    """An item begins."""

    item: ItemId


@dataclass(frozen=True, slots=True)
class CaseRan:
    """Progress: `cases` test cases of the item have run so far."""

    item: ItemId
    cases: int


@dataclass(frozen=True, slots=True)
class Beyond:
    """How far an item's search went past the causes that it found.

    `stopped` says why it ended before all cases were tried that a sound function would have been given; it is empty
    where it did not. `ended` are those of the `cases` tried after the first finding that ended the process for a cause
    known by then, so that they show nothing else; `blind` tells that no case of the item came back at all. `elsewhere`
    tells that what stopped it is a finding of other items: two libraries that are compared were both ended by it.
    """

    cases: int = 0
    ended: int = 0
    stopped: str = ""
    blind: bool = False
    elsewhere: bool = False

    @classmethod
    def of(cls, several: Iterable[Beyond | None]) -> Beyond | None:
        """Return what several searches of one item come to together."""
        told = [each for each in several if each is not None]
        if not told:
            return None
        stopped = next((each.stopped for each in told if each.stopped), "")
        blind = any(each.blind for each in told)
        elsewhere = all(each.elsewhere for each in told if each.stopped)
        cases, ended = sum(each.cases for each in told), sum(each.ended for each in told)
        return cls(cases, ended, stopped, blind, elsewhere)

    @property
    def words(self) -> str:
        """Return what was not seen, in a few words; nothing where the search went on as it should."""
        if self.stopped:
            return f"the search stopped early: {self.stopped}"
        if self.blind:
            return "each case ended the process for a known cause: nothing else was observed"
        if self.ended > LITTLE_ELSE * self.cases:
            return f"{self.ended} of {self.cases} cases ended the process for a known cause: little else was observed"
        return ""

    @property
    def judges(self) -> bool:
        """Tell whether what was not found was looked for."""
        return not self.blind and (self.elsewhere or not self.stopped)


@dataclass(frozen=True, slots=True)
class Explored:
    """How much exploring one function or handle of a library came to, before its cases were judged.

    `seconds` are of processor time. `edges` are of the library's code, 0 where nothing told of them: then `uncovered`
    says why. `cases` is how many inputs reached something new, and were handed over.
    """

    executions: int
    edges: int
    seconds: float
    cases: int
    uncovered: str = ""


@dataclass(frozen=True, slots=True)
class ItemFinished:
    """An item ended. `reasons` say why it was skipped or could not be judged.

    `findings` are complete: what the judge, the shrinker and the replay store added is in them. `gaps` are promises
    that none of the item's calls put to the test, and `tested` those that some did.
    `watched` are the instruments that were live while the item was judged, by the names that people read.
    `unasked` is what checks gave up on because the contract leaves something open.
    `suppressed` are findings that decide nothing, with
    the contract's reasons. `beyond` tells how the search went on past what it found, None where it found nothing or the
    phase does not search. `explored` is None but for what was explored; builds of one library share it. `costs` are
    what calls were measured to cost, whether the contract sets a budget for it or not. `known` are the differences of
    two libraries that the contract knows, as often as they were seen.
    """

    item: ItemId
    outcome: Outcome
    cases: int = 0
    calls: int = 0
    seconds: float = 0.0
    span: Span | None = None
    findings: tuple[Finding, ...] = ()
    reasons: tuple[Diagnostic, ...] = ()
    gaps: tuple[Gap, ...] = ()
    tested: frozenset[Tested] = frozenset()
    unasked: tuple[str, ...] = ()
    suppressed: tuple[tuple[Finding, str], ...] = ()
    beyond: Beyond | None = None
    watched: tuple[str, ...] = ()
    explored: Explored | None = None
    costs: tuple[MeasuredCost, ...] = ()
    known: tuple[KnownCount, ...] = ()

    @property
    def applies(self) -> bool:
        """Tell whether the item counts: a skip whose reasons are all notes had nothing to judge here."""
        if self.outcome is not Outcome.SKIPPED or not self.reasons:
            return True
        return any(reason.code.severity is not Severity.NOTE for reason in self.reasons)

    @property
    def judged(self) -> bool:
        """Tell whether something looked; all else must never read as passed."""
        return self.outcome in (Outcome.PASSED, Outcome.FAILED, Outcome.SUPPRESSED)


@dataclass(frozen=True, slots=True)
class Campaigning:
    """How far a campaign is; `running` are what engines explore at the moment, and `left` is in seconds."""

    boundary: str
    running: tuple[str, ...]
    executions: int
    rate: float
    edges: int
    corpus: int
    findings: int
    left: float


@dataclass(frozen=True, slots=True)
class Met:
    """What a campaign has found now: items with the findings that are new. They are told once more when it ends."""

    boundary: str
    items: tuple[ItemFinished, ...]


@dataclass(frozen=True, slots=True)
class RunFinished:
    """A run over one contract ended.

    `not_judged` names what the contract says and nothing judged, `unpromised` the functions that were run and of
    which no postcondition says what they do. `unneeded` are suppressions that no item of a partition needed, each with
    the items that might: only all partitions together tell.
    """

    boundary: str
    contract: str
    seed: int
    items: tuple[ItemFinished, ...]
    not_judged: tuple[str, ...] = ()
    unpromised: tuple[str, ...] = ()
    unneeded: tuple[tuple[Diagnostic, tuple[ItemId, ...]], ...] = ()
    interrupted: bool = False
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunStopped:
    """A contract ended before any item: `diagnostics` say why, `exit_code` is that of the error that said it.

    `contract` is empty when nothing could be run at all. `share` is the number and the count of the partition that was
    to be run.
    """

    contract: str
    diagnostics: tuple[Diagnostic, ...]
    exit_code: int
    share: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True)
class RunInterrupted:
    """The user, or a failure of abidance itself, ended everything: what has not finished never will."""


Event = (
    RunStarted
    | ItemStarted
    | CaseRan
    | ItemFinished
    | Campaigning
    | Met
    | RunFinished
    | RunStopped
    | RunInterrupted
)
Listener = Callable[[Event], None]
