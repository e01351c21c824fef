"""A boundary whose handles that are numbers or records are no more than that: no address tells which one it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import walk
from abidance.boundary.model.types import (
    ArrayShape,
    Direction,
    HandleShape,
    NumberHandle,
    PointerShape,
    RecordHandle,
    RecordShape,
    What,
)
from abidance.boundary.model.values import InState, Mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Shape


def with_plain_values(boundary: Boundary) -> Boundary:
    """Return the boundary without the handles that are passed as numbers or records."""
    gone = {name for name, life in boundary.handles.items() if life.number is not None or life.by_value}
    if not gone:
        return boundary
    records = {
        name: life.record
        for name, life in boundary.handles.items()
        if life.by_value and life.record is not None
    }
    functions = {name: _function(each, gone, records) for name, each in boundary.functions.items()}
    handles = {name: life for name, life in boundary.handles.items() if name not in gone}
    return replace(boundary, functions=functions, handles=handles)


def _function(
    function: BoundaryFunction, gone: set[str], records: Mapping[str, RecordShape]
) -> BoundaryFunction:
    shapes = (function.result.shape, *(member.shape for member in function.members))
    if not any(isinstance(e, HandleShape) and e.handle in gone for shape in shapes for e in walk(shape)):
        return function
    values = {m.name for m in function.members if isinstance(m.shape, HandleShape) and m.shape.handle in gone}
    return replace(
        function,
        members=tuple(replace(m, shape=_plain(m.shape, records)) for m in function.members),
        result=replace(function.result, shape=_plain(function.result.shape, records), owned=False),
        rejects=tuple(
            each
            for each in function.rejects
            if not any(isinstance(each.given.get(name), Mark | InState) for name in values)
        ),
    )


def _plain(shape: Shape, records: Mapping[str, RecordShape]) -> Shape:
    match shape:
        case NumberHandle(level=1):
            return shape.number
        case NumberHandle():
            return PointerShape(Direction.OUT, What.ONE, shape.number, shape.span)
        case RecordHandle():
            return records[shape.handle]
        case HandleShape() if shape.handle in records:
            direction = Direction.OUT if shape.made else Direction.INOUT
            return PointerShape(
                direction, What.ONE, records[shape.handle], shape.span, nullable=shape.nullable
            )
        case PointerShape():
            return replace(shape, element=_plain(shape.element, records))
        case ArrayShape():
            return replace(shape, of=_plain(shape.of, records))
        case RecordShape():
            members = tuple(replace(member, shape=_plain(member.shape, records)) for member in shape.members)
            return replace(shape, members=members)
    return shape
