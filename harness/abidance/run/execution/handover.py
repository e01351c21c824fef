"""What exploring hands over: cases, as every other phase runs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.encode.encode import encode
from abidance.checks.evidence.expectation import NOTHING, Expectation
from abidance.contract.expression import EvaluationError
from abidance.core.errors import CaseError

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.values import Case
    from abidance.core.events import Explored
    from abidance.native.progress import Failure


@dataclass(frozen=True, slots=True)
class Handed:
    """A case, and the text of the clause that says that its one call is refused; empty for a valid call."""

    case: Case
    rejects: str = ""

    @property
    def key(self) -> str:
        """Return what two that make the same calls share."""
        return f"{self.rejects} {self.case!r}"

    def expectation(self, boundary: Boundary) -> Expectation | None:
        """Return what the contract promises of the case beyond all calls; None where it has no such clause."""
        if not self.rejects:
            return NOTHING
        function = boundary.functions.get(self.case.function)
        reject = function.refusal(self.rejects) if function else None
        return None if reject is None else Expectation.of(reject)


def is_runnable(boundary: Boundary, handed: Handed) -> bool:
    """Tell whether the contract of today makes a plan of a case, which came from a target or an earlier run."""
    if handed.expectation(boundary) is None:
        return False
    try:
        encode(boundary, handed.case)
    except _NO_PLAN:
        return False
    return True


_NO_PLAN = (
    *(
        EvaluationError,
        CaseError,
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        StopIteration,
    ),
    *(TypeError, ValueError),
)
"""What encoding values raises that do not fit their places: nothing that we run is made of them."""


@dataclass(frozen=True, slots=True)
class FailedInput:
    """An input that failed while exploring, and its case; None where the target told no whole call of it."""

    failure: Failure
    handed: Handed | None


@dataclass(frozen=True, slots=True)
class Campaign:
    """What exploring one entry of a library came to: inputs that reached something new, and those that failed."""

    explored: Explored
    cases: tuple[Handed, ...] = ()
    failures: tuple[FailedInput, ...] = ()
