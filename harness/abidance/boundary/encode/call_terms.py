"""What a function is for one call: whose what it is given is afterwards, and what its status means."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import left_by
from abidance.boundary.model.ownership import depends_on_arguments, with_owners
from abidance.boundary.model.status_bounds import with_status
from abidance.boundary.model.types import HandleShape, PointerShape
from abidance.boundary.model.values import Derived, Earlier
from abidance.boundary.values.scope import members_seen
from abidance.contract.expression import EvaluationError, declared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.status_place import StatusPlace
    from abidance.boundary.model.values import Values


def owning(boundary: Boundary, function: BoundaryFunction, arguments: Values) -> BoundaryFunction:
    """Return a function as it is for a call with these arguments; raises EvaluationError where one is not known."""
    if not depends_on_arguments(function) and function.result.bounds is None and function.status is None:
        return function
    return in_scope(boundary, function, arguments, boundary.scope(members_seen(function.members, arguments)))


def in_scope(
    boundary: Boundary, function: BoundaryFunction, arguments: Values, scope: Mapping[str, object]
) -> BoundaryFunction:
    """Return the same where what expressions see of the arguments is there already."""
    function = with_owners(function, scope)
    if function.status is not None and _is_untold(function.status, arguments):
        # The caller does not want to know, so that nothing but NULL tells of a failure.
        result = replace(function.result, nullable=function.result.nullable or True)
        function = replace(function, status=None, result=result)
    bounds = function.result.bounds
    if bounds is None:
        return function
    late = sorted({declared(name) for name in bounds.names} & {*_left_by_others(arguments)})
    if not late:
        return with_status(function, scope)
    if _hangs_on_success(boundary, function):
        words = (
            f"`{late[0]}`, on which the status of `{function.name}` depends, is what an earlier call leaves"
        )
        raise EvaluationError(words, function.span)
    return function  # who looks at the call knows it, and nothing in the plan asks


def _is_untold(status: StatusPlace, arguments: Values) -> bool:
    """Tell whether NULL is passed for where a call tells whether it has succeeded, or for what would tell it."""
    if status.asked is None:
        return arguments.get(status.parameter or "", True) is None
    given = (each.parameter for each in status.asked.arguments if each.parameter)
    return any(arguments.get(name, True) is None for name in given)


def _left_by_others(arguments: Values) -> tuple[str, ...]:
    """Return the parameters that are given what earlier calls leave."""
    return tuple(
        name
        for name, value in arguments.items()
        if isinstance(value, Derived) or (isinstance(value, Earlier) and not value.handle)
    )


def _hangs_on_success(boundary: Boundary, function: BoundaryFunction) -> bool:
    """Tell whether what later calls may do depends on the success of a call: what it makes, takes over, or leads to."""
    machines = [life.machine for life in boundary.handles.values() if life.machine is not None]
    named = {each.function for machine in machines for each in machine.transitions}
    if left_by(function) or function.name in named:
        return True
    shapes = (member.shape for member in function.members)
    return any(
        (isinstance(shape, HandleShape) and bool(shape.owner or shape.into))
        or (isinstance(shape, PointerShape) and shape.handed)
        for shape in shapes
    )
