"""Statuses that depend on the arguments of a call: success is `length`, or `0..count`."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from abidance.boundary.model.ranges import Ranges
from abidance.boundary.model.types import RESULT_NAME, ScalarShape
from abidance.contract.expression import EvaluationError, Expression, parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.boundary.model.functions import BoundaryFunction

End = int | Expression
"""A number, or an expression over the arguments as they are before the call."""
_NO_NUMBER = Ranges(((1, 0),))
"""What a call may return that may return nothing: a range in which nothing lies, where none would say nothing."""


@dataclass(frozen=True, slots=True)
class StatusBounds:
    """What a function may return on success and on failure: ranges, both ends of each included."""

    ok: tuple[tuple[End, End], ...]
    errors: tuple[tuple[End, End], ...]

    def widest(self, shape: ScalarShape) -> tuple[Ranges, Ranges]:
        """Return all that may mean success, and failure, whatever the arguments are."""
        return _widest(self.ok, shape), _widest(self.errors, shape)

    def of_call(self, scope: Mapping[str, object], shape: ScalarShape) -> tuple[Ranges, Ranges]:
        """Return what means success, and failure, of a call with these arguments; raises EvaluationError."""
        return _of_call(self.ok, scope, shape), _of_call(self.errors, scope, shape)

    @property
    def names(self) -> frozenset[str]:
        """Return what it depends on, as expressions spell it."""
        ends = (end for each in (*self.ok, *self.errors) for end in each if isinstance(end, Expression))
        return frozenset[str]().union(*(end.names for end in ends))

    @property
    def succeeds(self) -> Expression:
        """Return the condition that a call has succeeded, after it."""
        return _condition(self.ok)

    @property
    def allows(self) -> Expression:
        """Return the condition that a call has returned what it may, after it."""
        return _condition((*self.ok, *self.errors))


def with_status(function: BoundaryFunction, scope: Mapping[str, object]) -> BoundaryFunction:
    """Return the function as it is for a call with these arguments; raises EvaluationError where one is not known."""
    bounds, shape = function.result.bounds, function.result.shape
    if bounds is None:
        return function
    assert isinstance(shape, ScalarShape)
    ok, errors = bounds.of_call(scope, shape)
    return replace(function, result=replace(function.result, ok=ok, shape=returning(shape, ok, errors)))


def returning(shape: ScalarShape, ok: Ranges, errors: Ranges) -> ScalarShape:
    """Return the shape of a number that is among these and nothing else."""
    every = tuple(dict.fromkeys((*ok.each, *errors.each)))
    every = tuple(each for each in every if each not in _NO_NUMBER.each) or every
    return replace(
        shape,
        members=tuple(low for low, high in every if low == high),
        ranges=Ranges(tuple(each for each in every if each[0] != each[1])),
        closed=True,
    )


def _widest(bounds: Sequence[tuple[End, End]], shape: ScalarShape) -> Ranges:
    lowest, highest = int(shape.lowest), int(shape.highest)
    found = (
        (low if isinstance(low, int) else lowest, high if isinstance(high, int) else highest)
        for low, high in bounds
    )
    return Ranges(tuple(dict.fromkeys(found)))


def _of_call(bounds: Sequence[tuple[End, End]], scope: Mapping[str, object], shape: ScalarShape) -> Ranges:
    lowest, highest = int(shape.lowest), int(shape.highest)
    found = []
    for low, high in bounds:
        least, most = _number(low, scope), _number(high, scope)
        first, last = max(math.ceil(least), lowest), min(math.floor(most), highest)
        if first <= last:
            found.append((first, last))
    return Ranges(tuple(dict.fromkeys(found))) if found or not bounds else _NO_NUMBER


def _number(end: End, scope: Mapping[str, object]) -> int | Fraction:
    if isinstance(end, int):
        return end
    number = end.evaluate(scope)
    if isinstance(number, float) and math.isfinite(number):
        number = Fraction(number)
    if not isinstance(number, int | Fraction):
        raise EvaluationError(f"`{end.text}` is no number that can be returned", end.span)
    return number


def _condition(bounds: Sequence[tuple[End, End]]) -> Expression:
    parts, spans = [], []
    for low, high in bounds:
        spans += [end.span for end in (low, high) if isinstance(end, Expression)]
        same = low is high or low == high
        parts.append(
            f"{RESULT_NAME} == {_before(low)}"
            if same
            else f"{_before(low)} <= {RESULT_NAME} <= {_before(high)}"
        )
    return parse(" or ".join(parts), spans[0])


def _before(end: End) -> str:
    return f"old({end.text})" if isinstance(end, Expression) else str(end)
