"""What of a function's parameters, enumerators, statuses and refusals calls exercise, beside what they put to the test.

They are asked as `promise_questions` are, and only where coverage is wanted: a value that no call passed is no promise.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.traversal import callbacks_of, element_of, paths
from abidance.boundary.model.types import HandleShape, PointerShape, ScalarShape
from abidance.contract.expression import EvaluationError, spelling
from abidance.run.search.promise_questions import PromiseQuestion, of_refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.functions import BoundaryFunction, Reject
    from abidance.boundary.model.types import Member, Shape
    from abidance.checks.evidence.case_result import CaseResult

PARAMETER, ENUMERATOR, STATUS, REFUSAL = "parameter", "enumerator", "status", "rejects"


def exercise(function: BoundaryFunction) -> tuple[PromiseQuestion, ...]:
    """Return what calls of a function may exercise, each with what there is to say where none does."""
    return (
        *_parameters(function),
        *_enumerators_given(function),
        *_enumerators_left(function),
        *_statuses(function),
        *_statuses_left(function),
        *_refusals(function),
    )


def _parameters(function: BoundaryFunction) -> Iterator[PromiseQuestion]:
    """Yield the parameters that a caller chooses: each is to have had two values."""
    handed_on = {callback.user_data for _, callback in callbacks_of(function.members)}
    for member in function.members:
        if _is_chosen(member.shape) and member.name not in handed_on:
            yield PromiseQuestion(
                f"{PARAMETER}:{member.name}",
                f"`{member.name}` of `{function.name}`: each call passed the same value",
                _Varied(spelling(member.name)),
                refused=True,
            )


def _is_chosen(shape: Shape) -> bool:
    if isinstance(shape, PointerShape):
        return shape.direction.read
    if isinstance(shape, ScalarShape) and shape.kind == "int":
        return len(shape.listed) != 1 and shape.lowest != shape.highest
    return not isinstance(shape, HandleShape | CallbackShape)


@dataclass(slots=True)
class _Varied:
    """Tells whether a call passed another value than one before it."""

    name: str
    first: tuple[object, ...] = ()

    def __call__(self, trial: CaseResult) -> bool:
        value = trial.seen.before.get(self.name)
        if not self.first:
            self.first = (value,)
        return value != self.first[0]


def _enumerators_given(function: BoundaryFunction) -> Iterator[PromiseQuestion]:
    for path, member in paths(function.members):
        shape, where = _enum_of(member.shape), path.split(".")
        top = next(each for each in function.members if each.name == where[0])
        if shape is None or not _is_given(top, member):
            continue
        for value, name in _names(shape):
            yield PromiseQuestion(
                f"{ENUMERATOR}:{path}:{name}",
                f"`{name}` as `{path}` of `{function.name}`: no call passed it",
                _Has(tuple(map(spelling, where)), value),
                refused=True,
            )


def _is_given(top: Member, member: Member) -> bool:
    """Tell whether a caller says what is there."""
    shape = member.shape
    written_only = isinstance(shape, PointerShape) and not shape.direction.read
    return not written_only and not (isinstance(top.shape, PointerShape) and not top.shape.direction.read)


@dataclass(frozen=True, slots=True)
class _Has:
    """Tells whether a value was at a place before a call, which was given it, or after, which left it there."""

    where: tuple[str, ...]
    value: int
    after: bool = False

    def __call__(self, trial: CaseResult) -> bool:
        seen = trial.seen.after if self.after else trial.seen.before
        return self.value in _values(seen.get(self.where[0]), self.where[1:])


def _enumerators_left(function: BoundaryFunction) -> Iterator[PromiseQuestion]:
    """Yield the enumerators that may be left in what a call writes; those of its result are statuses or alike."""
    for path, member in paths(function.members):
        shape, where = _enum_of(member.shape), path.split(".")
        top = next(each for each in function.members if each.name == where[0])
        if shape is None or not (isinstance(top.shape, PointerShape) and top.shape.direction.written):
            continue
        for value, name in _names(shape):
            yield PromiseQuestion(
                f"{ENUMERATOR}:{path}:left:{name}",
                f"`{name}` in `{path}` of `{function.name}`: no call left it there",
                _Has(tuple(map(spelling, where)), value, after=True),
                refused=True,
            )


def _statuses(function: BoundaryFunction) -> Iterator[PromiseQuestion]:
    """Yield what may be returned, where that is a list: statuses, the enumerators of an enum, true and false."""
    shape, result = function.result.shape, function.result
    if not isinstance(shape, ScalarShape):
        return
    if shape.kind == "bool":
        values: list[tuple[float, str]] = [(0, "false"), (1, "true")]
    else:
        values = [(value, name) for value, name in _names(shape)] if shape.kind == "enum" or result.ok else []
    kind = STATUS if result.ok or shape.kind == "bool" else ENUMERATOR
    for value, name in values:
        yield PromiseQuestion(
            f"{kind}:result:{name}",
            f"`{name}` of `{function.name}`: no call returned it",
            lambda trial, value=value: trial.seen.result == value,  # type: ignore[misc]
            refused=True,
        )


def _statuses_left(function: BoundaryFunction) -> Iterator[PromiseQuestion]:
    """Yield what tells of success and failure beside the result, where that is a list of numbers."""
    status = function.status
    if status is None or status.number is None:
        return
    for value, name in _names(status.number):
        words = f"no call left it in `{status.path}`"
        if status.asked is not None:
            words = f"after no call `{status.asked.text}` was that"
        yield PromiseQuestion(
            f"{STATUS}:{status.path}:{name}",
            f"`{name}` of `{function.name}`: {words}",
            _Has(tuple(status.path.split(".")), value, after=True),
            refused=True,
        )


def _refusals(function: BoundaryFunction) -> Iterator[PromiseQuestion]:
    for reject in function.rejects:
        yield PromiseQuestion(
            f"{REFUSAL}:{reject.text}",
            f"`rejects` of `{function.name}` with {reject.text}: no such call came back",
            lambda trial, text=reject.text: trial.expectation.rejects == text,  # type: ignore[misc]
            refused=True,
        )
        yield from (_only_with(reject, each) for each in of_refusal(function, reject))


def _only_with(reject: Reject, question: PromiseQuestion) -> PromiseQuestion:
    """Return a question about a refused call that other calls do not answer."""
    return PromiseQuestion(
        question.clause,
        question.words,
        lambda trial: trial.expectation.rejects == reject.text and question.asked(trial),
        refused=True,
        behind=f"{REFUSAL}:{reject.text}",
    )


def _enum_of(shape: Shape) -> ScalarShape | None:
    while (element := element_of(shape)) is not None:
        shape = element
    return shape if isinstance(shape, ScalarShape) and shape.kind == "enum" else None


def _names(shape: ScalarShape) -> Iterator[tuple[int, str]]:
    """Yield the valid values that have a name."""
    names = shape.names or {}
    for value in shape.flags or shape.members or names:
        if int(value) in names:
            yield int(value), names[int(value)]


def _values(value: object, where: tuple[str, ...]) -> Iterator[object]:
    """Yield what is at a place below a value, in each element of an array on the way."""
    if isinstance(value, list | tuple):
        for each in value:
            yield from _values(each, where)
    elif not where:
        yield value
    elif isinstance(value, Mapping):
        yield from _values(value.get(where[0]), where[1:])
    elif hasattr(value, "get_field"):  # a record where it lies in memory
        with suppress(KeyError, EvaluationError):
            yield from _values(value.get_field(where[0]), where[1:])
