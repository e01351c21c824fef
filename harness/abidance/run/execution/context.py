"""What a phase is given for one item."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from abidance.core.outcome import Outcome
from abidance.run.inputs.suppressions import listed, reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import CallOn
    from abidance.core.costs import MeasuredCost
    from abidance.core.diagnostic import Diagnostic, Finding
    from abidance.core.events import Beyond, Explored, ItemId
    from abidance.core.gaps import Gap, Tested
    from abidance.generate.sequence_model import Fits
    from abidance.generate.sweep import Edges
    from abidance.run.execution.handover import Campaign, Handed
    from abidance.run.execution.runner import Runner
    from abidance.run.inputs.settings import Settings
    from abidance.toolchain.machine_code import CodeWords


class Explorer(Protocol):
    """Explores a function or handle of a library once."""

    def of(self, context: Context, seconds: float, seeds: Callable[[], Iterable[Handed]]) -> Campaign:
        """Return what that came to, now or when another build's item asked; raises AbidanceError."""
        ...


@dataclass(frozen=True, slots=True)
class LibraryKnowledge:
    """What is found out about a contract's libraries by calling them, once for all the items that need it.

    What is by library is the same for every build of it: making up edge cases takes longer than running them.
    """

    edges: dict[tuple[str, str], Edges] = field(default_factory=dict)
    """The edge cases of a function, by its name and the library."""
    code: dict[tuple[str, str], CodeWords] = field(default_factory=dict)
    """What the code of a symbol mentions, by it and the library: that of the first build, which is seldom watched."""
    fits: dict[tuple[str, str, str], Fits] = field(default_factory=dict)
    """Which handles the operations of sequences succeed with, by library, build and handle."""
    leading: dict[tuple[str, str, frozenset[str]], Sequence[CallOn]] = field(default_factory=dict)
    """Calls that lead to one of some states where the simplest do not, if any do, by library, handle and states."""


@dataclass(frozen=True, slots=True)
class Context:
    """One item, its boundary and, where the phase calls the library, a runner.

    `functions` are those that the item calls. `given` has the shared objects of those libraries that were
    named on the command line. `explorer` explores for phase `explore`, and `reported` are the findings of other phases
    about the same function, library and build, by their causes.
    """

    item: ItemId
    boundary: Boundary
    functions: tuple[BoundaryFunction, ...]
    settings: Settings
    progress: Callable[[int], None]
    runner: Runner | None = None
    given: dict[str, Path] = field(default_factory=dict)
    knowledge: LibraryKnowledge = field(default_factory=LibraryKnowledge)
    explorer: Explorer | None = None
    reported: Mapping[tuple[str, str], Finding] = field(default_factory=dict)

    @property
    def function(self) -> BoundaryFunction:
        """Return the function that the item is about; where it is about several, the first that it calls."""
        return self.functions[0]

    @property
    def key(self) -> str:
        """Return the item's name in Hypothesis's database: the same wherever the project lies.

        Two contracts may describe boundaries of one name, and must not take each other's examples for theirs.
        """
        return f"{self.place}::{self.item}"

    @property
    def place(self) -> str:
        """Return the contract's path as it is called wherever the project lies."""
        path, root = self.boundary.contract.path, self.settings.root
        return str(path.relative_to(root) if path.is_relative_to(root) else path.name)

    def excepted(self, diagnostic: Diagnostic) -> bool:
        """Tell whether the contract makes an exception of a finding of this item."""
        return bool(reason(listed(self.boundary.contract), diagnostic, self.item.function))

    def words(self, symbol: str) -> CodeWords:
        """Return what the code of a function mentions, as values worth trying."""
        key = (symbol, self.item.library)
        if key not in self.knowledge.code:
            self.knowledge.code[key] = self.calls.words(symbol)
        return self.knowledge.code[key]

    @property
    def calls(self) -> Runner:
        """Return the runner of a phase that calls the library."""
        assert self.runner is not None
        return self.runner


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """How a phase judged one item; `gaps`, `tested`, `beyond` and `costs` as in ItemFinished."""

    findings: tuple[Finding, ...] = ()
    reasons: tuple[Diagnostic, ...] = ()
    cases: int = 0
    gaps: tuple[Gap, ...] = ()
    tested: frozenset[Tested] = frozenset()
    beyond: Beyond | None = None
    explored: Explored | None = None
    costs: tuple[MeasuredCost, ...] = ()
    details: dict[str, str] = field(default_factory=dict)

    @property
    def outcome(self) -> Outcome:
        """Return the item's outcome: findings first, then reasons why it could not be judged."""
        if self.findings:
            return Outcome.FAILED
        return Outcome.ERRORED if self.reasons else Outcome.PASSED
