"""Numbers at the edge of what a library tells: how far `index < count(list)` goes nobody knows when they are drawn.

Each call of which a precondition, or what it is refused for, compares a number with what was asked before it is made
once more with that number at the edge: the last for which the condition holds, or the first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.decode.decode import decode
from abidance.boundary.model.types import RESULT_NAME, Member, ScalarShape
from abidance.boundary.values.scope import members_seen
from abidance.contract.expression import EvaluationError, spelling
from abidance.generate.parts import sizing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abidance.boundary.encode.encoded_plan import PlacedCall
    from abidance.boundary.model.questions import AskedPrecondition
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
        for arguments in _altered(trial, trial.encoded.plan.subject, case.arguments):
            yield replace(case, arguments=arguments)
        return
    for number, index in reversed([*enumerate(trial.encoded.steps)]):
        step = case.steps[number]
        altered = [*_altered(trial, index, step.arguments)]
        for arguments in altered:
            steps = (*case.steps[:number], replace(step, arguments=arguments), *case.steps[number + 1 :])
            yield replace(case, steps=steps)
        if altered:
            return


def _altered(trial: CaseResult, index: int, arguments: Values) -> Iterator[Values]:
    """Yield the arguments of a call with one number at an edge of what was asked before it."""
    placed = trial.encoded.calls[index]
    for precondition, asked in placed.preconditions:
        told = _told(trial, precondition, asked)
        if told:
            yield from _Edges(trial, placed, arguments, precondition.expression, told).altered()


def _told(
    trial: CaseResult, precondition: AskedPrecondition, asked: Mapping[str, tuple[int, ...]]
) -> dict[str, object]:
    """Return what a precondition's questions were answered, by their texts; nothing where one was not asked."""
    ran = trial.observation.calls
    found: dict[str, object] = {}
    for question in precondition.questions:
        made = [n for n in asked.get(question.text, ()) if n < len(ran) and ran[n].ran]
        if not made:
            return {}
        found[question.text] = decode(trial.boundary, trial.encoded, trial.observation, made[0]).result
    return found


@dataclass(frozen=True, slots=True)
class _Edges:
    """A condition on what a call is given and on what was `told` before it, by the texts of the questions."""

    trial: CaseResult
    placed: PlacedCall
    arguments: Values
    condition: Expression
    told: Mapping[str, object]

    def altered(self) -> Iterator[Values]:
        """Yield the arguments with one number at an edge of the condition, at which the call is lawful."""
        sizes = sizing(self.placed.function.members)
        for member in self.placed.function.members:
            known, shape = self.arguments.get(member.name), member.shape
            if member.name in sizes or not self._is_compared(member) or not isinstance(shape, ScalarShape):
                continue
            for number in self._around(member):
                fits = shape.lowest <= number <= shape.highest and (not shape.listed or shape.has(number))
                if fits and number != known and self._is_edge(member, number):
                    yield {**self.arguments, member.name: number}

    def _is_compared(self, member: Member) -> bool:
        return spelling(member.name) in self.condition.names and type(self.arguments.get(member.name)) is int

    def _around(self, member: Member) -> list[int]:
        """Return the numbers close to what was told, and to what the others that are compared leave of it."""
        others = [
            self.arguments[each.name]
            for each in self.placed.function.members
            if each is not member and self._is_compared(each)
        ]
        centres = {told - less for told in _numbers(self.told.values()) for less in (0, *_numbers(others))}
        return sorted({centre + step for centre in centres for step in AROUND})

    def _is_edge(self, member: Member, number: int) -> bool:
        """Tell whether the call may be given a number, and not the one before it as well as the one behind it."""
        return (
            self._holds(self.condition, member, number)
            and all(self._holds(each, member, number) for each in self.placed.function.requires)
            and not all(self._holds(self.condition, member, each) for each in (number - 1, number + 1))
        )

    def _holds(self, condition: Expression, member: Member, number: int) -> bool:
        seen = members_seen(self.placed.function.members, {**self.arguments, member.name: number})
        told = {text: {RESULT_NAME: value} for text, value in self.told.items()}
        scope = self.trial.boundary.scope(seen, own=told)
        try:
            return condition.holds(scope, scope)
        except EvaluationError:
            return False


def _numbers(values: Iterable[object]) -> Iterator[int]:
    return (each for each in values if isinstance(each, int) and not isinstance(each, bool))
