"""What a call was measured to cost, beside what the contract allows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from abidance.contract.language.clauses import Clauses
from abidance.core.diagnostic import Label

if TYPE_CHECKING:
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.contract.model.cost import Cost
    from abidance.core.span import Span


@dataclass(frozen=True, slots=True)
class Figure:
    """What one clause of `cost` allows, and what was seen: both in seconds, or both how many.

    With `more`, counting ended at `seen`. `notes` say how it came about, `against` is the other library of a
    comparison and `there` what was seen of that.
    """

    clause: str
    allowed: float
    seen: float
    notes: tuple[str, ...] = ()
    more: bool = False
    against: str = ""
    there: float = 0.0

    @property
    def is_over(self) -> bool:
        """Tell whether more was seen than is allowed."""
        return self.seen > self.allowed


@dataclass(frozen=True, slots=True)
class Growth:
    """How many instructions one call executes at sizes that double: pairs of size and count, smallest first."""

    over: str
    at_most: str
    counts: tuple[tuple[int, int], ...]


class Beside(StrEnum):
    """What a call costs beside the same call of another library, as far as it is sure."""

    MORE = "more"
    """More than is allowed."""
    ALLOWED = "allowed"
    LESS = "less"
    UNTOLD = ""
    """It was not measured, or what was does not decide."""


@dataclass(frozen=True, slots=True)
class ComparedSize:
    """One call of two libraries, of a size, with contents of a kind: seconds and instructions, here and there."""

    size: int
    contents: str
    seconds: tuple[float, float] | None = None
    instructions: tuple[int, int] | None = None
    in_time: Beside = Beside.UNTOLD
    in_instructions: Beside = Beside.UNTOLD


@dataclass(frozen=True, slots=True)
class SizeCurves:
    """What calls cost at several sizes of the parameter `over`, in the library under test and in another one.

    Differences in time of up to `tellable` seconds count for none.
    """

    over: str
    library: str
    against: str
    factor: float | None
    instructions: float | None
    tellable: float
    points: tuple[ComparedSize, ...]


@dataclass(frozen=True, slots=True)
class Costs:
    """All that was measured of one call. `curves` are of several sizes of it, of which it is the worst."""

    figures: tuple[Figure, ...] = ()
    growth: Growth | None = None
    curves: SizeCurves | None = None

    def over(self, *clauses: str) -> tuple[Figure, ...]:
        """Return the figures of some clauses that are over what is allowed."""
        return tuple(each for each in self.figures if each.clause in clauses and each.is_over)


def cost_labels(trial: CaseResult, clause: str) -> tuple[Label, ...]:
    """Return the contract's line of a clause of `cost`, or of one within it, and the header's line of the function."""
    function = trial.function
    cost = function.cost
    if cost is None:
        return (Label(function.declaration.span),)
    return Label(clause_span(cost, clause), "promised"), Label(function.declaration.span)


def clause_span(cost: Cost, clause: str) -> Span:
    """Return where a clause of `cost` stands, or one within it, such as ``threads.p99``."""
    outer, _, inner = clause.partition(".")
    within = getattr(cost, outer, None) if inner else None
    return within.key_span(inner) if isinstance(within, Clauses) else cost.key_span(outer)
