"""Which promises the calls of an item put to the test: one that no call did holds of itself, and has not passed."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.types import HandleShape
from abidance.checks.evidence.sequence_calls import each_call
from abidance.checks.evidence.unmet_preconditions import unmet
from abidance.checks.results.law_broken import UnmadeStep, given_otherwise, scope_of, unmade_step
from abidance.contract.expression import EvaluationError, spelling
from abidance.core.errors import CaseError
from abidance.core.gaps import Gap
from abidance.run.search.promise_questions import PromiseQuestion, questions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.laws import BoundaryLaw
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.checks.evidence.unmet_preconditions import UnmetPrecondition
    from abidance.contract.expression.expression import Claim
    from abidance.core.diagnostic import Label
    from abidance.core.gaps import Tested


@dataclass(slots=True)
class PromiseCoverage:
    """Which of a function's questions the calls that came back have asked. `waiting` are those that none did so far."""

    function: BoundaryFunction
    answered: int = 0
    asked: tuple[PromiseQuestion, ...] = ()
    waiting: tuple[PromiseQuestion, ...] = ()

    @classmethod
    def of(cls, function: BoundaryFunction, more: tuple[PromiseQuestion, ...] = ()) -> PromiseCoverage:
        """Return one that waits for everything that is promised of a function, and for `more`."""
        return cls(function, waiting=(*questions(function), *more))

    def note(self, trial: CaseResult) -> None:
        """Take in a call that has been judged: of this function, or one that came after a call of it."""
        if not trial.answered:
            return
        own = trial.function.name == self.function.name
        self.answered += own
        if not self.waiting:
            return
        refused = bool(trial.expectation.rejects)
        met = [
            each
            for each in self.waiting
            if (own or each.later) and (each.refused or not refused) and _has(each.asked, trial)
        ]
        if met:
            self.asked += tuple(met)
            self.waiting = tuple(each for each in self.waiting if each not in met)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Return what none of the calls put to the test; nothing where none came back, which is told elsewhere."""
        if not self.answered:
            return ()
        name = self.function.name
        return tuple(
            Gap(name, each.clause, each.words, each.behind, each.about, each.of_several)
            for each in self.waiting
        )

    @property
    def tested(self) -> frozenset[Tested]:
        """Return what they did put to the test."""
        return frozenset((self.function.name, each.clause) for each in self.asked)


@dataclass(slots=True)
class Reaches:
    """The same of sequences and of the steps of laws, for each function that they call."""

    by_name: dict[str, PromiseCoverage] = field(default_factory=dict)
    more: Callable[[BoundaryFunction], tuple[PromiseQuestion, ...]] | None = None
    """What is asked beside the promises of each function."""

    def note(self, trial: CaseResult) -> None:
        """Take in calls that have been judged."""
        for one in each_call(trial):
            for function in _concerned(one):
                reach = self.by_name.get(function.name)
                if reach is None:
                    more = self.more(function) if self.more is not None else ()
                    reach = self.by_name[function.name] = PromiseCoverage.of(function, more)
                reach.note(one)

    def __copy__(self) -> Reaches:
        """Return one that goes on by itself."""
        return Reaches({name: copy.copy(reach) for name, reach in self.by_name.items()}, self.more)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Return none: the items of functions tell them, and sequences close them."""
        return ()

    @property
    def tested(self) -> frozenset[Tested]:
        """Return what of the functions was put to the test."""
        return self._tested_functions()

    def _tested_functions(self) -> frozenset[Tested]:
        return frozenset().union(*(reach.tested for reach in self.by_name.values()))


@dataclass(slots=True)
class LawReach(Reaches):
    """The same of a law's steps, and of the law itself: `kept` counts the cases on which it could be looked at."""

    law: BoundaryLaw | None = None
    kept: int = 0
    waiting: tuple[tuple[int, Claim], ...] = ()
    unmet: UnmetPrecondition | None = None
    """Why a step was not made in the last case of which it was one: for what the library told before it."""
    otherwise: Label | None = None
    """What a step was given that the steps before it left otherwise when they were made again."""
    unmade: UnmadeStep | None = None
    """Which step was not made in the first case of which that was so."""

    @classmethod
    def of(cls, law: BoundaryLaw) -> LawReach:
        """Return one that waits for all that a law says."""
        claims = [claim for each in law.ensures for claim in each.claims]
        return cls(law=law, waiting=tuple(enumerate(claims)))

    def note(self, trial: CaseResult) -> None:
        """Take in calls that have been judged."""
        Reaches.note(self, trial)
        scope = scope_of(trial, self.law) if self.law is not None and trial.death is None else None
        if scope is None:
            if self.law is not None and trial.death is None:
                self.otherwise = given_otherwise(trial, self.law) or self.otherwise
                self.unmade = self.unmade or unmade_step(trial)
            self.unmet = unmet(trial) or self.unmet
            return
        self.kept += 1
        self.waiting = tuple(each for each in self.waiting if not _says(each[1], scope))

    def __copy__(self) -> LawReach:
        """Return one that goes on by itself."""
        return replace(self, by_name={name: copy.copy(reach) for name, reach in self.by_name.items()})

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Return what holds of itself."""
        if self.law is None or not self.kept:
            return ()
        name = self.law.name
        return tuple(Gap(name, f"law:{number}", untested(self.law, claim)) for number, claim in self.waiting)

    @property
    def tested(self) -> frozenset[Tested]:
        """Return what was put to the test, of the functions and of the law."""
        functions = self._tested_functions()
        if self.law is None or not self.kept:
            return functions
        count = sum(len(each.claims) for each in self.law.ensures)
        waiting = {number for number, _ in self.waiting}
        return functions | {(self.law.name, f"law:{n}") for n in range(count) if n not in waiting}


def _concerned(trial: CaseResult) -> Iterable[BoundaryFunction]:
    """Return the function that was called, and those of the calls before it whose promises reach to this one."""
    calls = trial.encoded.calls
    found = {trial.function.name: trial.function}
    for call in (
        *(each.call for each in trial.subject.looks),
        *(each.placed.call for each in trial.seen.called),
    ):
        found.setdefault(calls[call].function.name, calls[call].function)
    return found.values()


def _has(asked: Callable[[CaseResult], bool], trial: CaseResult) -> bool:
    try:
        return asked(trial)
    except (EvaluationError, CaseError):  # a clause without a value: why is told elsewhere
        return False


def untested(law: BoundaryLaw, claim: Claim) -> str:
    """Return that no case put to the test what a law says, and what may be why: a handle that is new has nothing."""
    new = [
        f"`{spelling(member.name)}`"
        for member in law.members
        if isinstance(member.shape, HandleShape) and member.name not in law.histories and not law.split
    ]
    used = f" ({', '.join(new)} {'is' if len(new) == 1 else 'are'} new without `history: any`)" if new else ""
    return f"`{claim.text}` of the law `{law.name}`: no case tested it{claim.where}{used}"


def _says(claim: Claim, scope: Mapping[str, object]) -> bool:
    try:
        return claim.says(scope, scope)
    except EvaluationError:  # what has no value is told by the check
        return True
