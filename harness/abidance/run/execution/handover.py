"""What exploring hands over: cases, as every other phase runs them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.encode import encode
from abidance.boundary.model.types import ScalarShape
from abidance.checks.evidence.expectation import NOTHING, Expectation
from abidance.contract.expression import EvaluationError
from abidance.core.errors import CaseError
from abidance.generate.scalars import lawful

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.types import Shape
    from abidance.boundary.model.values import Case, Value, Values
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
    """Tell whether the contract of today makes a plan of a case, which came from a target or an earlier run.

    A call that is to be refused must be one that the clause is about.
    """
    if handed.expectation(boundary) is None or not _is_meant(boundary, handed):
        return False
    try:
        encode(boundary, _as_if_told(boundary, handed.case))
    except _NO_PLAN:
        return False
    return True


def _as_if_told(boundary: Boundary, case: Case) -> Case:
    """Return a case as if functions had told how much memory its calls are given, who are asked before it is run."""

    def nothing(name: str) -> dict[str, int | None]:
        function = boundary.functions.get(name)
        return {each.text: None for each in function.rooms} if function is not None else {}

    steps = tuple(replace(each, told={**nothing(each.function), **each.told}) for each in case.steps)
    return replace(case, steps=steps, told={**nothing(case.function), **case.told})


def _is_meant(boundary: Boundary, handed: Handed) -> bool:
    case = handed.case
    calls = [(step.function, step.arguments, step.rejects) for step in case.steps]
    for name, arguments, rejects in calls or [(case.function, case.arguments, handed.rejects)]:
        reject = boundary.functions[name].refusal(rejects) if rejects and name in boundary.functions else None
        if rejects and (reject is None or not all(_has(arguments, *each) for each in reject.given.items())):
            return False
    return True


def _has(arguments: Values, path: str, given: Shape | Value) -> bool:
    """Tell whether arguments have what a clause gives at a dotted path, as far as that is a value or a range."""
    value: object = arguments
    for name in path.split("."):
        if not isinstance(value, dict) or name not in value:
            return True
        value = value[name]
    if isinstance(given, ScalarShape):
        return not isinstance(value, int | float) or lawful(given, value)
    return not isinstance(given, bytes | int | float | None) or value == given


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
