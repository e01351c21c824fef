"""What is known of a contract: facts, and pieces of evidence that each name the run that they are from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from abidance.core.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from abidance.core.costs import MeasuredCost
    from abidance.core.coverage_event import Covered
    from abidance.core.diagnostic import Diagnostic
    from abidance.core.events import ItemFinished, RunStopped
    from abidance.core.gate import GateResult
    from abidance.core.profiles import Profiled
    from abidance.core.traces import Traced
    from abidance.evidence.facts import KnownBoundary, KnownFunction
    from abidance.history.store import StoredRun
    from abidance.report.record import ReportedCause

T_co = TypeVar("T_co", covariant=True)
SourcePlace = tuple[int, "Path", int]
"""The number of a run, and a file and a line of it that the run's findings point at."""
SubjectKind = Literal["function", "handle", "law", "boundary"]


@dataclass(frozen=True, slots=True)
class RunOrigin:
    """The kept run that something is from.

    `doubts` say why it may not be so any more, such as that the contract was changed since; empty where nothing was.
    """

    run: StoredRun
    doubts: tuple[str, ...] = ()

    @property
    def is_current(self) -> bool:
        """Tell whether revision, changes, contract and header are those that are there now."""
        return not self.doubts


@dataclass(frozen=True, slots=True)
class FromRun(Generic[T_co]):
    """A value that a kept run has shown."""

    value: T_co
    origin: RunOrigin


class Standing(Enum):
    """What the evidence on a subject comes to. Only `HOLDS` is good: all that applies was judged, and is current."""

    FINDINGS = "findings"
    NOT_JUDGED = "not judged"
    PARTLY = "partly judged"
    OUTDATED = "judged before a change"
    SUPPRESSED = "but for what is suppressed"
    NOTHING = "nothing to judge"
    HOLDS = "holds"


@dataclass(frozen=True, slots=True)
class SubjectEvidence:
    """A function, a handle (its sequences of calls), a law, or the boundary itself, with all that was tried of it.

    `items` are the latest of each kind, library and build; `causes` the findings for which it is to blame, and
    `suppressed` those that the contract makes an exception of, with the reason. `gaps` are promises that no call put to
    the test, and `costs` what calls of it were measured to cost. `facts` is None for what is no function, and where
    contract and header cannot be read.
    """

    name: str
    kind: SubjectKind
    facts: KnownFunction | None
    items: tuple[FromRun[ItemFinished], ...]
    causes: tuple[FromRun[ReportedCause], ...] = ()
    suppressed: tuple[FromRun[tuple[ReportedCause, str]], ...] = ()
    gaps: tuple[str, ...] = ()
    costs: tuple[FromRun[MeasuredCost], ...] = ()

    @property
    def counted(self) -> tuple[FromRun[ItemFinished], ...]:
        """Return the items that had something to judge."""
        return tuple(each for each in self.items if each.value.applies)

    @property
    def unjudged(self) -> tuple[FromRun[ItemFinished], ...]:
        """Return those of them that could not be judged."""
        return tuple(each for each in self.counted if not each.value.judged)

    @property
    def outdated(self) -> tuple[FromRun[ItemFinished], ...]:
        """Return the items that were judged in another state than the present one."""
        return tuple(each for each in self.counted if not each.origin.is_current)

    @property
    def standing(self) -> Standing:
        """Return what all of it comes to; what nothing looked at is not judged."""
        calls = [each for each in self.counted if each.value.item.library]
        judged = [each for each in calls if each.value.judged]
        failed = any(each.value.outcome is Outcome.FAILED for each in self.counted)
        if failed or any(cause.value.fails for cause in self.causes):
            return Standing.FINDINGS
        if not judged:
            # A run has looked at these and says that nothing of them applies; a function is there to be called.
            looked = self.kind != "function" and self.items and not self.counted
            return Standing.NOTHING if looked else Standing.NOT_JUDGED
        if self.unjudged or self.gaps:
            return Standing.PARTLY
        if self.outdated:
            return Standing.OUTDATED
        if self.suppressed:
            return Standing.SUPPRESSED
        return Standing.HOLDS


@dataclass(frozen=True, slots=True)
class ContractEvidence:
    """All that is known of one contract.

    `contract` is its path relative to the project. `facts` is None where contract or header cannot be read, and
    `unread` says why. `runs` are those that something here is from, the last one first. `not_judged` is what a run has
    said of its contract's clauses that nothing put to the test. `stopped` is why the last run could not begin. `gate`,
    the ABI gate's result, and the like are the latest: a profile of each function, library and build, a trace of each
    library and command. `lines` are those of source that all of it points at, as they were then.
    """

    contract: str
    facts: KnownBoundary | None
    unread: tuple[Diagnostic, ...]
    runs: tuple[RunOrigin, ...]
    subjects: tuple[SubjectEvidence, ...]
    not_judged: tuple[FromRun[str], ...] = ()
    gate: FromRun[GateResult] | None = None
    coverage: FromRun[Covered] | None = None
    profiles: tuple[FromRun[Profiled], ...] = ()
    traces: tuple[FromRun[Traced], ...] = ()
    lines: Mapping[SourcePlace, str] = field(default_factory=dict)
    stopped: FromRun[RunStopped] | None = None

    @property
    def functions(self) -> tuple[SubjectEvidence, ...]:
        """Return the functions, in the order of the contract."""
        return tuple(each for each in self.subjects if each.kind == "function")

    @property
    def causes(self) -> tuple[FromRun[ReportedCause], ...]:
        """Return all findings, one for each cause."""
        return tuple(cause for each in self.subjects for cause in each.causes)
