"""Which promises the calls of an item put to the test: if every call fails, success postconditions hold vacuously."""

from __future__ import annotations

import copy
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from abidance.boundary.model.types import CallbackShape, PointerShape, RecordShape
from abidance.checks.results.law_broken import scope_of
from abidance.checks.results.postcondition_broken import relies_on_its_state
from abidance.contract.expression import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.boundary import BoundaryFunction, BoundaryLaw
    from abidance.boundary.model.types import Member
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.contract.expression import Expression


@dataclass(slots=True)
class PromiseCoverage:
    """Counts the valid calls of one function that answered, and what they led to.

    `waiting` are the postconditions that hold of themselves, because the condition of their ``implies`` was
    never met so far; `silent` the callbacks of which something is promised, and that nobody called so far.
    """

    function: BoundaryFunction
    answered: int = 0
    succeeded: int = 0
    waiting: list[Expression] = field(init=False)
    silent: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with all conditional postconditions, and all callbacks that a call may call."""
        self.waiting = [each for each in self.function.ensures if each.conditional]
        self.silent = frozenset(_promising(self.function.members, ""))

    def note(self, trial: CaseResult) -> None:
        """Take in a call that has been judged."""
        if not trial.answered:
            return
        with suppress(EvaluationError):  # a clause without a value: why is reported elsewhere
            self.succeeded += trial.seen.success
            if self.silent:
                self.silent -= {called.placed.path for called in trial.seen.called}
            if self.waiting and not relies_on_its_state(trial):
                self.waiting = [each for each in self.waiting if not _met(each, trial)]
        self.answered += 1

    @property
    def untested(self) -> str:
        """Return what was not put to the test, in a sentence; nothing when something was."""
        function, calls = self.function, f"{self.answered:,} call{'' if self.answered == 1 else 's'}"
        if not self.answered:
            return ""
        if function.result.ok and not self.succeeded:
            return (
                f"none of {calls} of `{function.name}` succeeded: "
                "its promises about success were not put to the test"
            )
        if self.waiting and len(self.waiting) == len(function.ensures):
            return (
                f"none of {calls} of `{function.name}` met the condition of one of its postconditions: "
                "they were not put to the test"
            )
        if self.silent:
            name = min(self.silent)
            return (
                f"none of {calls} of `{function.name}` called `{name}`: "
                "what is promised of its invocations was not put to the test"
            )
        return ""


def _promising(members: tuple[Member, ...], prefix: str) -> Iterator[str]:
    """Yield the paths of callbacks that may be called while the call runs, and are promised something then."""
    for member in members:
        path, shape = f"{prefix}{member.name}", member.shape
        if isinstance(shape, CallbackShape) and shape.lifetime == "call" and not shape.allocator:
            never = shape.most is not None and shape.most.text.strip() == "0"
            if not never and (shape.ensures or any(isinstance(m.shape, PointerShape) for m in shape.members)):
                yield path
        inner = shape.element if isinstance(shape, PointerShape) else shape
        if isinstance(inner, RecordShape):
            yield from _promising(inner.members, f"{path}.")


@dataclass(slots=True)
class Reaches:
    """The same of sequences and of the steps of laws, for each function that they call."""

    of: dict[str, PromiseCoverage] = field(default_factory=dict)

    def note(self, trial: CaseResult) -> None:
        """Take in calls that have been judged."""
        for one in trial.each:
            if not one.expectation.rejects:
                self.of.setdefault(one.function.name, PromiseCoverage(one.function)).note(one)

    def __copy__(self) -> Reaches:
        """Return one that goes on by itself."""
        return Reaches({name: copy.copy(reach) for name, reach in self.of.items()})

    @property
    def reached(self) -> frozenset[str]:
        """Return the functions of which something was put to the test."""
        return frozenset(name for name, reach in self.of.items() if reach.answered and not reach.untested)


@dataclass(slots=True)
class LawReach(Reaches):
    """The same of a law's steps, and of the law itself: `kept` counts the cases on which it could be looked at."""

    law: BoundaryLaw | None = None
    kept: int = 0
    waiting: tuple[Expression, ...] = ()

    def note(self, trial: CaseResult) -> None:
        """Take in calls that have been judged."""
        Reaches.note(self, trial)
        scope = scope_of(trial, self.law) if self.law is not None and trial.death is None else None
        if scope is None:
            return
        self.kept += 1
        self.waiting = tuple(each for each in self.waiting if not _applies(each, scope))

    def __copy__(self) -> LawReach:
        """Return one that goes on by itself."""
        return replace(self, of={name: copy.copy(reach) for name, reach in self.of.items()})

    @property
    def untested(self) -> str:
        """Return that the law holds of itself, in a sentence; nothing where some case put it to the test."""
        assert self.law is not None
        if not self.waiting or len(self.waiting) < len(self.law.ensures):
            return ""
        return (
            f"none of {self.kept:,} cases of `{self.law.name}` met the condition of what it says: "
            "it was not put to the test"
        )


def _applies(expression: Expression, scope: Mapping[str, Any]) -> bool:
    try:
        return expression.applies(scope, scope)
    except EvaluationError:  # what has no value is told by the check
        return True


def _met(expression: Expression, trial: CaseResult) -> bool:
    try:
        return expression.applies(trial.seen.after, trial.seen.before)
    except EvaluationError:
        return False
