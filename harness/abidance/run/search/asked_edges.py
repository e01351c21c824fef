"""Numbers at the edge of what a library tells: how far `index < count(list)` goes nobody knows when they are drawn.

Each call of which a precondition, or what it is refused for, compares a number with what was asked before it is made
once more with that number at the edge: the last for which the condition holds, or the first.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import generated_by
from abidance.boundary.resolve.calls_after import as_answers
from abidance.boundary.values.scope import members_seen
from abidance.checks.evidence.unmet_preconditions import told_before
from abidance.contract.expression import EvaluationError, spelling
from abidance.core.errors import HookError
from abidance.generate.drawing import Drawer
from abidance.generate.hints import Hints
from abidance.generate.parts import sizing
from abidance.generate.scope import FilterLog
from abidance.generate.source import Simplest, UnlawfulDrawError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member
    from abidance.boundary.model.values import Case, Values
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.contract.expression import Expression

AROUND = range(-2, 3)
"""How far from what was told, or from what another number leaves of it, an edge is looked for."""


def at_edges(case: Case, trial: CaseResult) -> Iterator[Case]:
    """Yield a case that was run with a number at an edge, for each edge: of a sequence, in the last call that has one.

    Of a law nothing is yielded: what its steps are given is the law's to say.
    """
    if trial.death is not None or any(step.name for step in case.steps):
        return
    if not case.steps:
        rejects = trial.expectation.rejects
        for arguments in _altered(trial, trial.encoded.plan.subject, case.arguments, rejects):
            yield replace(case, arguments=arguments)
        return
    for number, index in reversed([*enumerate(trial.encoded.steps)]):
        step = case.steps[number]
        altered = [*_altered(trial, index, step.arguments, step.rejects)]
        for arguments in altered:
            steps = (*case.steps[:number], replace(step, arguments=arguments), *case.steps[number + 1 :])
            yield replace(case, steps=steps)
        if altered:
            return


def _altered(trial: CaseResult, index: int, arguments: Values, rejects: str) -> Iterator[Values]:
    """Yield the arguments of a call, which may be one that is refused, with one number at an edge of what it asked."""
    placed = trial.encoded.calls[index]
    if not placed.preconditions:
        return
    function = placed.function
    refusal = function.refusal(rejects)
    if refusal is not None:
        function = function.as_refused(refusal)
    hints = Hints.of(trial.boundary, function)
    for precondition, asked in placed.preconditions:
        told = told_before(trial.run, precondition, asked)
        if told and len(told) == len({each.text for each in precondition.questions}):
            condition = precondition.expression
            yield from _Edges(trial.boundary, function, hints, arguments, condition, told).altered()


@dataclass(frozen=True, slots=True)
class _Edges:
    """A condition on what a call is given and on what was `told` before it, by the texts of the questions."""

    boundary: Boundary
    function: BoundaryFunction
    hints: Hints
    arguments: Values
    condition: Expression
    told: Mapping[str, object]

    def altered(self) -> Iterator[Values]:
        """Yield the arguments with one number at an edge of the condition, where the contract allows them."""
        sizes = sizing(self.function.members)
        for member in self.function.members:
            if member.name in sizes or generated_by(member) is not None or not self._is_compared(member):
                continue
            for number in self._around(member):
                made = {**self.arguments, member.name: number}
                if made != self.arguments and self._is_edge(member, number) and self._allows(made):
                    yield made

    def _is_compared(self, member: Member) -> bool:
        return spelling(member.name) in self.condition.names and type(self.arguments.get(member.name)) is int

    def _around(self, member: Member) -> list[int]:
        """Return the numbers close to what was told, to what others leave of it, and to what the condition says."""
        others = [
            self.arguments[each.name]
            for each in self.function.members
            if each is not member and self._is_compared(each)
        ]
        centres = {told - less for told in _numbers(self.told.values()) for less in (0, *_numbers(others))}
        return sorted({centre + step for centre in centres | self._worked_out(member) for step in AROUND})

    def _worked_out(self, member: Member) -> set[int]:
        """Return the numbers that the condition compares a parameter with: 24 of ``size == 8 * channels(file)``."""
        scope = self._scope(self.arguments)
        found: set[int] = set()
        for part in self.condition.compared_with(spelling(member.name)):
            with suppress(EvaluationError):
                found |= {*_numbers((part.evaluate(scope, scope),))}
        return found

    def _is_edge(self, member: Member, number: int) -> bool:
        """Tell whether the condition holds of a number, and not of the one before it as well as the one behind it."""
        return self._holds(member, number) and not (
            self._holds(member, number - 1) and self._holds(member, number + 1)
        )

    def _holds(self, member: Member, number: int) -> bool:
        scope = self._scope({**self.arguments, member.name: number})
        try:
            return self.condition.holds(scope, scope)
        except EvaluationError:
            return False

    def _scope(self, arguments: Values) -> Mapping[str, object]:
        seen = members_seen(self.function.members, arguments)
        return self.boundary.scope(seen, own=as_answers(self.told))

    def _allows(self, arguments: Values) -> bool:
        """Tell whether the contract allows arguments, as far as that is known before the call."""
        drawer = Drawer(self.boundary, Simplest(), FilterLog())
        try:
            drawer.arguments(self.function, self.hints, arguments, lawful=True)
        except (UnlawfulDrawError, EvaluationError, HookError):
            return False
        return True


def _numbers(values: Iterable[object]) -> Iterator[int]:
    return (each for each in values if isinstance(each, int) and not isinstance(each, bool))
