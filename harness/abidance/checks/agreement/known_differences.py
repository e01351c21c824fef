"""Which differences between libraries the contract knows, and whether a call showed them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from abidance.boundary.decode.decode import held_before
from abidance.boundary.model.equality import equal
from abidance.boundary.model.types import AddressShape, HandleShape
from abidance.boundary.model.values import Earlier
from abidance.checks.evidence.answers import CALLS, answers, differences
from abidance.contract.expression import spelling

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import Value
    from abidance.checks.evidence.answers import Answer
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.contract.model.equivalence import Equivalence, KnownDifference


@dataclass(frozen=True, slots=True)
class ExceptedPlace:
    """A place at which the libraries may differ in this call. `path` is empty for all that it answers."""

    path: str
    known: KnownDifference

    def covers(self, path: str) -> bool:
        """Tell whether a difference at a path, such as ``result`` or ``out.x``, is what is known."""
        path = path.removesuffix(CALLS)
        return not self.path or path == self.path or path.startswith((f"{self.path}.", f"{self.path}["))


def excepted(trial: CaseResult) -> list[ExceptedPlace]:
    """Return where this call may be answered otherwise by another library.

    Conditions are asked of the values of the first library that returned. Raises EvaluationError for a condition that
    has no value there.
    """
    equivalence = trial.boundary.contract.equivalence
    found = []
    for name, known in equivalence.except_.items() if equivalence else ():
        function, _, path = name.text.partition(".")
        if function == trial.function.name:
            found += [ExceptedPlace(path, each) for each in known if each.when is None or _holds(trial, each)]
    return found


def is_given_otherwise(trial: CaseResult) -> bool:
    """Tell whether a call is given what earlier calls left, and that is another value on the other side.

    No earlier call has a finding: so it is what one was allowed to leave, or what is not compared.
    """
    other = trial.other
    if other is None or not (trial.answered and other.answered):
        return False
    for name, value in trial.subject.arguments.items():
        theirs = other.subject.arguments.get(name)
        if isinstance(value, Earlier) and not value.handle:
            seen = [side.seen.before.get(spelling(name)) for side in (trial, other)]
            if not equal(*seen):
                return True
            continue
        mine, yours = [*_plain(value)], [*_plain(theirs)]
        if len(mine) != len(yours) or not all(map(equal, mine, yours)):
            return True
    return False


def _plain(value: Value) -> Iterator[Value]:
    """Yield the numbers and the contents of memory in a value; what was derived is among them when calls are made."""
    match value:
        case Earlier(state=dict() as inner) | (dict() as inner):
            for each in inner.values():
                yield from _plain(each)
        case list():
            for each in value:
                yield from _plain(each)
        case int() | float() | Fraction() | bytes():
            yield value


def left_standing(trial: CaseResult, blocks: Collection[int]) -> Iterator[str]:
    """Yield the paths in records of the caller's at which the libraries differ for an earlier call's sake alone.

    They did before this call, and neither has changed what stood there.
    """
    other = trial.other
    if other is None or not blocks or trial.death or other.death:
        return
    records = {path for path, block in trial.subject.storage.items() if block in blocks}
    now = [each for each in answers(trial, errno=False) if each.path in records]
    sides = (trial, other)
    before = [[_before(each, answer) for answer in now] for each in sides]
    after = [[each for each in answers(side, errno=False) if each.path in records] for side in sides]
    moved = {found.path for pair in zip(before, after, strict=True) for found in differences(*pair)}
    yield from (found.path for found in differences(*before) if found.path not in moved)
    yield from (found.path for found in differences(*after) if _is_as_it_was(sides, found.path))


def _is_as_it_was(sides: tuple[CaseResult, CaseResult], path: str) -> bool:
    """Tell whether neither library has touched a field: its bytes are as they were, and lead to no memory of both.

    What a field is before a call may be what the plan says of it, such as of a window that goes on. One that the call
    is given anew is not as it was.
    """
    name, _, field = path.rpartition(".")
    nulls = 0
    for side in sides:
        placed, index = side.subject, side.encoded.plan.subject
        shape = next((m.shape for m in side.function.members if m.name == name), None)
        record = side.boundary.handles[shape.handle].record if isinstance(shape, HandleShape) else None
        member = next((m for m in record.members if m.name == field and not m.bits), None) if record else None
        block, call = placed.storage.get(name), side.encoded.plan.calls[index]
        if member is None or block is None or block not in call.watched:
            return False
        end = member.offset + member.shape.size
        given = [(store.block, store.offset) for store in call.stores]
        given += [
            place
            for move in call.carries
            for place in ((move.record, move.pointer), (move.counter, move.count))
        ]
        if any(whose == block and member.offset <= at < end for whose, at in given):
            return False
        now = side.observation.calls[index].blocks[call.watched.index(block)][member.offset : end]
        if held_before(side.encoded, side.observation, index, block)[member.offset : end] != now:
            return False
        nulls += not isinstance(member.shape, AddressShape) or not any(now)
    return nulls > 0


def _before(trial: CaseResult, answer: Answer) -> Answer:
    return replace(answer, value=trial.seen.before.get(spelling(answer.path)))


def _holds(trial: CaseResult, known: KnownDifference) -> bool:
    assert known.when is not None
    told = trial.other if trial.death and trial.other is not None else trial
    return known.when.holds(told.seen.after, told.seen.before)


def never_compared(equivalence: Equivalence | None, function: BoundaryFunction, *, sequence: bool) -> bool:
    """Tell whether no call of a function is compared; `sequence`, in sequences of calls on a handle."""
    if equivalence is None:
        return False
    always = {
        name.text for name, known in equivalence.except_.items() if any(each.when is None for each in known)
    }
    return function.name in always or (sequence and bool(always & handles_of(function)))


def handles_of(function: BoundaryFunction) -> set[str]:
    """Return the handles that a function takes, makes or ends."""
    shapes = [*(member.shape for member in function.members), function.result.shape]
    return {shape.handle for shape in shapes if isinstance(shape, HandleShape)}
