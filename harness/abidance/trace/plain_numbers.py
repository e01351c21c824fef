"""A boundary whose handles that are numbers are no more than that: no address tells which of them a program means."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import has_numbers
from abidance.boundary.model.types import (
    ArrayShape,
    Direction,
    NumberHandle,
    PointerShape,
    RecordShape,
    What,
)
from abidance.boundary.model.values import InState, Mark

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Shape


def with_plain_numbers(boundary: Boundary) -> Boundary:
    """Return the boundary without the handles that are numbers."""
    if all(life.number is None for life in boundary.handles.values()):
        return boundary
    functions = {name: _function(each) for name, each in boundary.functions.items()}
    handles = {name: life for name, life in boundary.handles.items() if life.number is None}
    return replace(boundary, functions=functions, handles=handles)


def _function(function: BoundaryFunction) -> BoundaryFunction:
    if not has_numbers(function):
        return function
    numbers = {member.name for member in function.members if isinstance(member.shape, NumberHandle)}
    return replace(
        function,
        members=tuple(replace(member, shape=_plain(member.shape)) for member in function.members),
        result=replace(function.result, shape=_plain(function.result.shape), owned=False),
        rejects=tuple(
            each
            for each in function.rejects
            if not any(isinstance(each.given.get(name), Mark | InState) for name in numbers)
        ),
    )


def _plain(shape: Shape) -> Shape:
    match shape:
        case NumberHandle(level=1):
            return shape.number
        case NumberHandle():
            return PointerShape(Direction.OUT, What.ONE, shape.number, shape.span)
        case PointerShape():
            return replace(shape, element=_plain(shape.element))
        case ArrayShape():
            return replace(shape, of=_plain(shape.of))
        case RecordShape():
            members = tuple(replace(member, shape=_plain(member.shape)) for member in shape.members)
            return replace(shape, members=members)
    return shape
