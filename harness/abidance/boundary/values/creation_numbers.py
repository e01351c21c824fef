"""What a handle was created with: numbers that expressions see as its fields, `created_with`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.types import HandleShape
from abidance.boundary.model.values import Earlier, NewHandle
from abidance.contract.expression import declared, spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.types import Member
    from abidance.boundary.model.values import Step, Value, Values
    from abidance.contract.expression import Reference


def numbers_asked(member: Member, references: Iterable[Reference]) -> tuple[str, ...]:
    """Return the numbers that the handle given as a parameter was created with, of those that expressions look at."""
    if not isinstance(member.shape, HandleShape) or not member.shape.created_with:
        return ()
    own = (
        each.parts for each in references if each.parts[0] == spelling(member.name) and len(each.parts) > 1
    )
    asked = {declared(field) for _, field, *_ in own}
    return tuple(name for name in member.shape.created_with if name in asked)


def created_with(shape: HandleShape, value: NewHandle | Earlier) -> Values:
    """Return the numbers that a handle was created with, as far as they are known before it is."""
    return _numbers(shape.created_with, value.created if isinstance(value, Earlier) else value.arguments)


def is_known(shape: HandleShape, value: Value) -> bool:
    """Tell whether all numbers are known that the function asks for which is given a handle."""
    made = value if isinstance(value, NewHandle | Earlier) else None
    return made is None or len(created_with(shape, made)) == len(shape.created_with)


def with_created(boundary: Boundary, steps: Sequence[Step], value: Earlier) -> Earlier:
    """Return a handle that a step left, with what that created it with; without where it came from elsewhere."""
    life = boundary.handles.get(value.handle)
    if life is None or not life.created_with or value.call >= len(steps):
        return value
    step = steps[value.call]
    made = step.function in life.creates
    return replace(value, created=_numbers(sorted(life.created_with), step.arguments) if made else {})


def _numbers(names: Sequence[str], arguments: Mapping[str, Value]) -> Values:
    return {name: value for name in names if isinstance(value := arguments.get(name), int)}
