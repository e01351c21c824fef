"""Whether the steps of a law are valid calls once it is known what earlier ones have left."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import number_of
from abidance.boundary.model.types import PointerShape, ScalarShape
from abidance.boundary.model.values import Earlier
from abidance.boundary.values.scope import members_seen
from abidance.boundary.values.sizes import room
from abidance.checks.evidence.sequence_calls import result_at
from abidance.contract.expression import EvaluationError, spelling
from abidance.generate.scalars import lawful

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member
    from abidance.boundary.model.values import Case, Step
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.generate.scope import FilterLog
    from abidance.run.execution.runner import Runner


@dataclass(frozen=True, slots=True)
class LawfulSteps:
    """Tells whether a law may be tried on a case. What refuses it is noted in `log`.

    A step that is given what an earlier one left is valid or not only when that is known. So the steps before it are
    made by themselves, and its preconditions and limits are asked of what they leave. Nothing invalid is called.
    """

    runner: Runner
    log: FilterLog

    def __call__(self, case: Case) -> bool:
        """Tell whether each step would be a valid call; raises what Runner.bare raises."""
        staged = self.runner.staged(case)
        if staged.refused:
            self.log.refuse(staged.refused, staged.span)
            return False
        return all(self._may_follow(staged.case, number) for number in range(1, len(staged.case.steps)))

    def _may_follow(self, case: Case, number: int) -> bool:
        step = case.steps[number]
        function = self.runner.boundary.functions[step.function]
        left = {n: v for n, v in step.arguments.items() if isinstance(v, Earlier) and not v.handle}
        if not any(True for _ in self._asked(function, {*left})):
            return self._fits(case, step, {})
        before = self.runner.bare(replace(case, steps=case.steps[:number]))
        seen = {name: _left(before, value) for name, value in left.items()}
        if any(value is _MISSING for value in seen.values()):
            return True  # a step did not come back: that is for the whole to show
        return self._holds(function, step, seen) and self._fits(case, step, seen)

    def _asked(self, function: BoundaryFunction, left: set[str]) -> Iterator[object]:
        names = {*map(spelling, left)}
        yield from (each for each in function.requires if each.names & names)
        yield from (m for m in function.members if m.name in left and _number(m) is not None)

    def _holds(self, function: BoundaryFunction, step: Step, seen: dict[str, object]) -> bool:
        for member in function.members:
            number, value = _number(member), seen.get(member.name)
            if number is not None and isinstance(value, int | float) and not lawful(number, value):
                self.log.refuse(f"`{member.name}` has no valid value", member.promised)
                return False
        scope = self._scope(step, seen)
        names = {*map(spelling, seen)}
        for each in function.requires:
            try:
                broken = each.names & names and not each.holds(scope)
            except EvaluationError:
                broken = True  # what has no value keeps nothing
            if broken:
                self.log.unmet(each)
                return False
        return True

    def _fits(self, case: Case, step: Step, seen: dict[str, object]) -> bool:
        """Tell whether no length is more than the memory has that it is the length of."""
        rooms = self._rooms(case, step)
        scope = self._scope(step, seen) if rooms else {}
        for name, shape, there in rooms:
            assert shape.length is not None
            with suppress(EvaluationError):
                length = shape.length.evaluate(scope)
                if isinstance(length, int) and length * shape.unit > there:
                    self.log.refuse(f"`{name}` has fewer than `{shape.length.text}`", shape.length.span)
                    return False
        return True

    def _rooms(self, case: Case, step: Step) -> list[tuple[str, PointerShape, int]]:
        """Return the buffers that a step reads where an earlier one wrote them, each with its room in bytes."""
        found = []
        for member in self.runner.boundary.functions[step.function].members:
            shape, value = member.shape, step.arguments.get(member.name)
            if not isinstance(value, Earlier) or value.handle or value.path == "result":
                continue
            if isinstance(shape, PointerShape) and shape.direction.read and shape.length is not None:
                there = self._room(case.steps[value.call], value.path)
                found += [(member.name, shape, there)] if there is not None else []
        return found

    def _room(self, step: Step, path: str) -> int | None:
        """Return how many bytes a step has at a place that it writes; None where no `capacity` tells."""
        members = self.runner.boundary.functions[step.function].members
        shape = next(member.shape for member in members if member.name == path)
        if isinstance(shape, PointerShape) and shape.capacity is not None:
            with suppress(EvaluationError):
                return room(shape, step.known.get(path), self._scope(step, {}))
        return None

    def _scope(self, step: Step, seen: dict[str, object]) -> Mapping[str, object]:
        """Return what expressions about a step see: what it is given, and what is known by now of what was left."""
        members = self.runner.boundary.functions[step.function].members
        own = {name: value for name, value in step.known.items() if name not in seen}
        return self.runner.boundary.scope(members_seen(members, own), seen)


_MISSING = object()


def _left(trial: CaseResult, value: Earlier) -> object:
    """Return what an earlier step left, as expressions see it."""
    one = result_at(trial, trial.encoded.steps[value.call])
    if trial.death is not None or not one.answered:
        return _MISSING
    return one.seen.result if value.path == "result" else one.seen.after.get(spelling(value.path), _MISSING)


def _number(member: Member) -> ScalarShape | None:
    """Return the number that a parameter is, or points at and is read."""
    shape = member.shape
    return None if isinstance(shape, PointerShape) and not shape.direction.read else number_of(shape)
