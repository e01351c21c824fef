"""What the engine tells whoever listens: the command line's progress, the reporters, pytest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.core.codes import Severity
from abidance.core.diagnostic import VERSUS
from abidance.core.outcome import Outcome

if TYPE_CHECKING:
    from abidance.core.diagnostic import Diagnostic, Finding
    from abidance.core.span import Span


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
class RunStarted:
    """A run over one contract begins."""

    boundary: str
    contract: str
    functions: int
    libraries: tuple[str, ...]
    builds: tuple[str, ...]
    seed: int


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
class ItemFinished:
    """An item ended. `reasons` say why it was skipped or could not be judged.

    `findings` are complete: what the judge, the shrinker and the replay store added is in them. `untested` says
    in a sentence what the item's calls did not put to the test because none led there; it is empty when one did,
    and None where the item does not ask. `reached` are functions that the item's sequences did put to the test.
    `watched` are the instruments that were live while the item was judged, by the names that people read.
    `unasked` is what checks gave up on because the contract leaves something open.
    `suppressed` are findings that decide nothing, with
    the contract's reasons.
    """

    item: ItemId
    outcome: Outcome
    cases: int = 0
    calls: int = 0
    seconds: float = 0.0
    span: Span | None = None
    findings: tuple[Finding, ...] = ()
    reasons: tuple[Diagnostic, ...] = ()
    untested: str | None = None
    reached: frozenset[str] = frozenset()
    unasked: tuple[str, ...] = ()
    suppressed: tuple[tuple[Finding, str], ...] = ()
    watched: tuple[str, ...] = ()

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
class RunFinished:
    """A run over one contract ended.

    `not_judged` names what the contract says and nothing judged, `unpromised` the functions that were run and of
    which no postcondition says what they do.
    """

    boundary: str
    contract: str
    seed: int
    items: tuple[ItemFinished, ...]
    not_judged: tuple[str, ...] = ()
    unpromised: tuple[str, ...] = ()
    interrupted: bool = False
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunStopped:
    """A contract could not be run: `diagnostics` say why, `exit_code` is that of the error that said it.

    `contract` is empty when nothing could be run at all.
    """

    contract: str
    diagnostics: tuple[Diagnostic, ...]
    exit_code: int


@dataclass(frozen=True, slots=True)
class RunInterrupted:
    """The user, or a failure of abidance itself, ended everything: what has not finished never will."""


Event = RunStarted | ItemStarted | CaseRan | ItemFinished | RunFinished | RunStopped | RunInterrupted
Listener = Callable[[Event], None]
