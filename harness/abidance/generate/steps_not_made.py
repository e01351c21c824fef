"""Steps of a law that stand on a condition which does not hold, or are made no time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import fields_of, is_plain, single
from abidance.boundary.model.types import ArrayShape, PointerShape, RecordShape, What
from abidance.boundary.model.values import Derived, Earlier, derived_fields

if TYPE_CHECKING:
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Shape
    from abidance.boundary.model.values import Step, Value, Values


def not_made(function: BoundaryFunction, step: Step) -> Step:
    """Return a step that is not made: its arguments only have to be there."""
    found = {**step.arguments}
    if function.lent is not None and isinstance(found.get(function.lent.lender), Derived):
        found[function.lent.lender] = b""
    for member in function.members:
        value = step.arguments[member.name]
        if isinstance(value, Derived):
            value = replace(value, value=_least(member.shape))
        elif isinstance(value, Earlier):
            state: Values = {n: v for n, v in value.state.items() if not isinstance(v, Derived)}
            value = replace(value, state=state) if len(state) < len(value.state) else value
        elif isinstance(value, dict) and derived_fields(value):
            members = {m.name: m.shape for m in fields_of(member.shape)}
            value = {
                n: replace(v, value=_least(members[n])) if isinstance(v, Derived) else v
                for n, v in value.items()
            }
        found[member.name] = value
    return replace(step, times=0, arguments=found)


def _least(shape: Shape) -> Value:
    match shape:
        case RecordShape(members=members):
            return {each.name: _least(each.shape) for each in members}
        case ArrayShape(of=of, count=count):
            return [_least(of)] * count
    if not isinstance(shape, PointerShape):
        return 0
    match shape.what:
        case What.BYTES | What.STRING:
            return b""
        case What.ARRAY:
            return []
    inner = single(shape)
    return _least(inner) if is_plain(inner) and not shape.nullable else None
