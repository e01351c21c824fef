"""What functions are given that are asked of a call, as values: as far as that is known before the call is made."""

from __future__ import annotations

from collections import ChainMap
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from abidance.boundary.model.questions import FollowUpArgument
from abidance.boundary.model.traversal import record_of
from abidance.boundary.model.types import HandleShape, PointerShape, ScalarShape
from abidance.boundary.model.values import SOMEWHERE, Earlier, NewHandle
from abidance.boundary.resolve.calls_after import as_answers, parts_of_answer
from abidance.boundary.values.scope import members_seen
from abidance.contract.expression import EvaluationError, Expression

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Shape
    from abidance.boundary.model.values import Value, Values


def unknown_answer(of: str, told: Collection[str]) -> dict[str, object]:
    """Return a scope in which a number that is known later is 0: that of a parameter, or the answer of a call."""
    call, field = parts_of_answer(of)
    return {call: {field: 0}} if of in told else {of: 0}


def room_told(told: Mapping[str, int | None]) -> dict[str, object]:
    """Return how much room functions tell, by the texts of the questions, as expressions see it: 0 where none does."""
    return as_answers({text: number or 0 for text, number in told.items()})


def over(scope: Mapping[str, object], names: Mapping[str, object]) -> Mapping[str, object]:
    """Return a scope in which some names stand for something else."""
    return ChainMap(cast("dict[str, object]", names), cast("dict[str, object]", scope)) if names else scope


def worked_out(
    given: FollowUpArgument, scope: Mapping[str, object], told: Mapping[str, int]
) -> FollowUpArgument | None:
    """Return an argument with the number that it comes to as far as that is known; None for what is no number."""
    expression = given.calculated if given.index is None else given.index
    if not isinstance(expression, Expression):
        return given
    # What is known later is 0 here, so that the rest is what is added to it.
    late = unknown_answer(given.of, told) if given.of else {}
    try:
        number = expression.evaluate(over(scope, late), over(scope, late))
    except EvaluationError:
        return None
    if given.index is not None:
        return replace(given, index=number) if isinstance(number, int) else None
    if not isinstance(number, int if given.of else int | float | Fraction):
        return None
    return FollowUpArgument(constant=number, of=given.of, early=given.early)


def field_passed(value: Value, given: FollowUpArgument) -> Value:
    """Return the value of a field that a call is given, None of a NULL one; SOMEWHERE where there is no such field."""
    if isinstance(given.index, int):
        there = isinstance(value, list) and 0 <= given.index < len(value)
        value = value[given.index] if there and isinstance(value, list) else SOMEWHERE
    for name in given.field:
        value = value[name] if isinstance(value, dict) and name in value else SOMEWHERE
    return value


def may_be_asked(boundary: Boundary, asked: BoundaryFunction, given: Values) -> bool:
    """Tell whether a function may be called with these values, as far as that is known before anybody is asked."""
    if not all(may_be_given(member.shape, given[member.name]) for member in asked.members):
        return False
    scope = boundary.scope(members_seen(asked.members, given))
    try:
        return all(condition.holds(scope) for condition in asked.requires)
    except EvaluationError:
        return False  # what has no value keeps nothing


def may_be_given(shape: Shape, value: object) -> bool:
    """Tell whether a function may be given a value at a place of its own."""
    if isinstance(value, NewHandle):
        return not value.destroyed
    if isinstance(value, Earlier):
        return not value.destroyed_by
    if isinstance(shape, ScalarShape) and isinstance(value, int | float | Fraction):
        return (
            shape.has(value) if shape.listed or shape.flags else shape.lowest <= value <= shape.highest
        ) and fits_type(shape, value)
    if value is not None:
        return True
    if record_of(shape) is shape:
        return False  # there is no record where the call was given NULL
    return not isinstance(shape, PointerShape | HandleShape) or shape.nullable is not False


def whole_ends(shape: ScalarShape) -> tuple[int, int]:
    """Return the lowest and the highest whole number of a C type, whatever else is said of it."""
    bits = 8 * shape.size
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if shape.signed else (0, (1 << bits) - 1)


def fits_type(shape: ScalarShape, value: object) -> bool:
    """Tell whether a number fits a C type, whatever else is said of it."""
    if shape.kind == "float" or value is None:
        return True
    lowest, highest = whole_ends(shape)
    return isinstance(value, int) and lowest <= value <= highest
