"""Whose what a call is given is afterwards, where that depends on the other arguments, such as a flag."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.facts import fact
from abidance.boundary.model.types import HandleShape, PointerShape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member, Shape
    from abidance.contract.expression import Expression

CALLER, CALLEE, SHARED = "caller", "callee", "shared"
"""Whose what a call is given is after it: the caller's again, the callee's, or both have a reference."""
CHANGE = "change"
"""What a contract says for all calls that may change a handle, where one ends what is borrowed from it."""
MOST_LEFT = 4
"""So many handles a call is given room for at most, in an array."""


@fact
def depends_on_arguments(function: BoundaryFunction) -> bool:
    """Tell whether it depends on the arguments of a call whose something is after it."""
    return any(_cases(member.shape) for member in function.members)


def with_owners(function: BoundaryFunction, scope: Mapping[str, object]) -> BoundaryFunction:
    """Return the function as it is for a call with these arguments; raises EvaluationError where one is not known."""
    if not depends_on_arguments(function):
        return function
    return replace(function, members=tuple(_owned(member, scope) for member in function.members))


def _owned(member: Member, scope: Mapping[str, object]) -> Member:
    shape = member.shape
    cases = _cases(shape)
    if not cases:
        return member
    owner = next((owner for owner, condition in cases if condition.holds(scope)), "")
    if isinstance(shape, PointerShape):
        handed = owner == CALLEE
        alloc, free = (shape.alloc, shape.free) if handed else ("", "")
        return replace(member, shape=replace(shape, handed=handed, alloc=alloc, free=free, owned=()))
    assert isinstance(shape, HandleShape)
    if owner:
        return replace(member, shape=replace(shape, owner=owner, owned=()))
    nobodys = replace(shape, owner="", always=False, lifetime="", until=(), into="", owned=())
    return replace(member, shape=nobodys)


def _cases(shape: Shape) -> tuple[tuple[str, Expression], ...]:
    return shape.owned if isinstance(shape, PointerShape | HandleShape) else ()
