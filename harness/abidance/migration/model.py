"""What a decision about a boundary rests on: facts, each with where it is from, and what follows for functions.

A fact without a source cannot be made, so nothing that no evidence carries can be shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from abidance.report.text.wording import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.evidence.facts import Crossing


@dataclass(frozen=True, slots=True)
class FactSource:
    """Where a fact is from, in words, and the command that shows it; empty where the words name a file.

    `anchor` is where the page of `abidance report` says more.
    """

    words: str
    command: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class SourcedFact:
    """A sentence, lower case and without a full stop, with what carries it. Raises ValueError where nothing does."""

    words: str
    sources: tuple[FactSource, ...]

    def __post_init__(self) -> None:
        if not self.sources:
            raise ValueError(f"nothing carries `{self.words}`")


class Need(Enum):
    """What a function or unit needs, the most urgent first.

    `CHANGE`: evidence shows trouble in what crosses, so it has to be redesigned, mended or moved. `UNKNOWN`: there is
    no such evidence, and too little was promised or judged to say that there is none. `INSULATION`: it was judged, and
    holds; a contract and a gate around it are enough.
    """

    CHANGE = "change"
    UNKNOWN = "unknown"
    INSULATION = "insulation"

    @property
    def place(self) -> int:
        """Return its place in that order."""
        return [*Need].index(self)


class TroubleKind(Enum):
    """Kinds of trouble, the worst first, each with the reason of its place."""

    FAULT = "fault"
    """Memory, threads or the process were damaged: after that, no other result of the function can be relied on."""
    BROKEN = "broken promise"
    """Callers get what they were not promised: a value, a call back, a cost."""
    DRIFT = "drift"
    """Two sides of the boundary disagree: a baseline and the present, a header and a binary, or two libraries."""
    COST = "share of the time"
    """Nothing is wrong, and so much of the time goes there that making it cheaper can be seen."""

    @property
    def place(self) -> int:
        """Return its place in that order."""
        return [*TroubleKind].index(self)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Evidence that a function needs change. `case` is what `abidance replay` accepts, empty without one.

    `brief` names it in a few words, such as ``ABD312 out-of-bounds-read in `c```.

    Troubles with the same `key` are one, wherever they are told: a law is broken by several functions together.
    """

    kind: TroubleKind
    fact: SourcedFact
    key: str
    brief: str
    library: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What is not known, and the command or the edit that would tell.

    With `decides`, nothing says that the function holds as long as this is open.
    """

    fact: SourcedFact
    remedy: str
    decides: bool = False


@dataclass(frozen=True, slots=True)
class TracedLoad:
    """How a program that was traced used a function: `seconds` of all `calls` together, in a run of `wall` seconds."""

    calls: int
    seconds: float
    wall: float
    source: FactSource
    p99: float | None = None
    threads: int = 1

    @property
    def share(self) -> float:
        """Return the seconds spent there in a second of the run; more than 1 where several threads call."""
        return self.seconds / self.wall if self.wall > 0 else 0.0

    @property
    def rate(self) -> float:
        """Return calls a second."""
        return self.calls / self.wall if self.wall > 0 else 0.0


TO_LIBRARY, TO_CALLER, KEPT, LENT = "to library", "to caller", "kept", "lent"


@dataclass(frozen=True, slots=True)
class PointerTransfer:
    """A pointer that is not given back when the call ends, `way` being what becomes of it.

    With `TO_LIBRARY` the library frees it, with `TO_CALLER` the caller does. `KEPT` is what the library uses after the
    call, `LENT` the library's own memory, which the caller uses.
    """

    way: str
    crossing: Crossing
    fact: SourcedFact


@dataclass(frozen=True, slots=True)
class WeighedFunction:
    """A function with all that the evidence says for a decision about it, in the order of the contract.

    `held` says what was judged and holds; `accepted` are findings that the contract makes an exception of. `calls` are
    functions of the boundary that it calls inside of the library, None where that is not known.
    """

    name: str
    declaration: str
    handles: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    questions: tuple[OpenQuestion, ...] = ()
    accepted: tuple[SourcedFact, ...] = ()
    held: tuple[SourcedFact, ...] = ()
    transfers: tuple[PointerTransfer, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    load: TracedLoad | None = None
    costs: tuple[SourcedFact, ...] = ()
    calls: tuple[str, ...] | None = None
    creates: tuple[str, ...] = ()
    destroys: tuple[str, ...] = ()

    @property
    def need(self) -> Need:
        """Return what it needs."""
        if self.troubles:
            return Need.CHANGE
        return (
            Need.UNKNOWN if any(each.decides for each in self.questions) or not self.held else Need.INSULATION
        )


class BondKind(Enum):
    """Why functions can only move together."""

    HANDLE = "handle"
    PARENT = "handle that another one needs"
    MEMORY = "memory"
    STATE = "variable"


@dataclass(frozen=True, slots=True)
class Bond:
    """What binds functions to each other: a handle, memory that one allocates and another frees, a shared variable."""

    kind: BondKind
    name: str
    functions: tuple[str, ...]
    fact: SourcedFact


@dataclass(frozen=True, slots=True)
class MoveUnit:
    """Functions that can only move together, with what binds them; most boundaries have several.

    `name` is that of its handles, or of its only function.
    """

    name: str
    functions: tuple[WeighedFunction, ...]
    bonds: tuple[Bond, ...] = ()

    @property
    def handles(self) -> tuple[str, ...]:
        """Return the handles that its functions create, use and destroy."""
        return tuple(dict.fromkeys(name for each in self.functions for name in each.handles))

    @property
    def need(self) -> Need:
        """Return the most urgent need of its functions: it is changed as a whole."""
        return min((each.need for each in self.functions), key=lambda need: need.place)

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """Return the troubles of its functions, each once, the worst first."""
        return distinct(trouble for each in self.functions for trouble in each.troubles)


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """A unit at its rank. Several have the same one where no evidence tells them apart."""

    rank: int
    unit: MoveUnit
    tied: bool = False


@dataclass(frozen=True, slots=True)
class BoundaryMap:
    """The map of one contract.

    `today` is the library that is in use, `others` those that could take its place. `units` are in order of rank.
    `whole` is what concerns the boundary and no single function; `questions` likewise. `runs` are the kept runs that it
    rests on; `outdated` tells that the library in use was judged before a change.
    """

    contract: str
    boundary: str
    summary: str
    header: str
    today: str
    others: tuple[str, ...]
    units: tuple[RankedUnit, ...]
    scope: tuple[SourcedFact, ...] = ()
    whole: tuple[Trouble, ...] = ()
    questions: tuple[OpenQuestion, ...] = ()
    runs: tuple[FactSource, ...] = ()
    outdated: bool = False

    @property
    def standing(self) -> Need | None:
        """Return the most urgent need of all units: unknown where what holds was judged before a change."""
        needs = [each.unit.need for each in self.units]
        worst = min(needs, key=lambda need: need.place, default=None)
        return Need.UNKNOWN if worst is Need.INSULATION and self.outdated else worst

    @property
    def functions(self) -> tuple[WeighedFunction, ...]:
        """Return all functions, in order of rank."""
        return tuple(function for each in self.units for function in each.unit.functions)


def joined_sources(facts: Iterable[SourcedFact]) -> tuple[FactSource, ...]:
    """Return the sources of several facts, each once."""
    return tuple(dict.fromkeys(source for fact in facts for source in fact.sources))


def share_words(share: float) -> str:
    """Return such as ``37.3 %``; what is too little to be shown so is not shown as none."""
    return f"{100 * share:.1f} %" if share >= 0.0005 or share <= 0 else "less than 0.1 %"


def several_names(names: Iterable[str], most: int = 3) -> str:
    """Return the first of some names in backticks, and how many there are besides."""
    told = list(dict.fromkeys(names))
    return quoted(told[:most]) + (f" and {len(told) - most} more" if len(told) > most else "")


def distinct(troubles: Iterable[Trouble]) -> tuple[Trouble, ...]:
    """Return troubles, each once, the worst first."""
    found: dict[str, Trouble] = {}
    for each in troubles:
        found.setdefault(each.key, each)
    return tuple(sorted(found.values(), key=lambda each: each.kind.place))
