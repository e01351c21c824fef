"""Whose what a call is given is afterwards, and how long, where that depends on the other arguments, such as a flag."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.facts import fact
from abidance.boundary.model.types import HandleShape, PointerShape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member, Shape
    from abidance.contract.expression import Expression

CALLER, CALLEE, SHARED, EITHER = "caller", "callee", "shared", "either"
"""Whose what a call is given is after it: the caller's again, the callee's, or both have a reference; or either may
destroy it, the caller by itself and the callee with the handle that it belongs to.
"""
CHANGE = "change"
"""What a contract says for all calls that may change a handle, where one ends what is borrowed from it."""
MOST_LEFT = 4
"""So many handles a call is given room for at most, in an array."""


@fact
def depends_on_arguments(function: BoundaryFunction) -> bool:
    """Tell whether it depends on the arguments of a call whose something is after it, or how long it is lent."""
    return any(_cases(member.shape) for member in function.members)


def whose_by_handle(shape: HandleShape) -> Iterator[tuple[Expression, HandleShape]]:
    """Yield what a handle is for a call on each condition, of which the first that holds counts."""
    for owner, condition in shape.owned:
        yield condition, _handle(shape, owner)


def otherwise_owned(shape: HandleShape) -> HandleShape:
    """Return what a handle is for a call where no condition holds."""
    return _handle(shape, "") if shape.owned else shape


def with_owners(function: BoundaryFunction, scope: Mapping[str, object]) -> BoundaryFunction:
    """Return the function as it is for a call with these arguments; raises EvaluationError where one is not known."""
    if not depends_on_arguments(function):
        return function
    return replace(function, members=tuple(_owned(member, scope) for member in function.members))


def _owned(member: Member, scope: Mapping[str, object]) -> Member:
    shape = member.shape
    each = _each(shape)
    if each is not None and each.owned:
        assert isinstance(shape, PointerShape)
        return replace(member, shape=replace(shape, element=_handle(each, _owner(each.owned, scope))))
    if isinstance(shape, PointerShape):
        owned = owned_memory(shape, scope)
        return member if owned is shape else replace(member, shape=owned)
    cases = _cases(shape)
    if not cases:
        return member
    assert isinstance(shape, HandleShape)
    return replace(member, shape=_handle(shape, _owner(cases, scope)))


def owned_memory(shape: PointerShape, scope: Mapping[str, object]) -> PointerShape:
    """Return a pointer with whose the memory behind it is after the call, as what lies beside it says, and how long."""
    if shape.lifetimes:
        lasts = next((each for each, condition in shape.lifetimes if condition.holds(scope)), "call")
        until = () if lasts == "call" else shape.until
        shape = replace(shape, lifetime=lasts, until=until, lifetimes=())
    if not shape.owned:
        return shape
    handed = _owner(shape.owned, scope) == CALLEE
    alloc, free = (shape.alloc, shape.free) if handed else ("", "")
    return replace(shape, handed=handed, alloc=alloc, free=free, owned=())


def _owner(cases: tuple[tuple[str, Expression], ...], scope: Mapping[str, object]) -> str:
    return next((owner for owner, condition in cases if condition.holds(scope)), "")


def _handle(shape: HandleShape, owner: str) -> HandleShape:
    """Return a handle with whose it is after the call; where it is nobody's but the caller's, with nothing besides."""
    if owner:
        return replace(shape, owner=owner, owned=())
    return replace(shape, owner="", always=False, lifetime="", until=(), into="", owned=())


def _each(shape: Shape) -> HandleShape | None:
    """Return the handle that each element of an array is."""
    element = shape.element if isinstance(shape, PointerShape) else None
    return element if isinstance(element, HandleShape) else None


def _cases(shape: Shape) -> tuple[tuple[str, Expression], ...]:
    each = _each(shape)
    if each is not None and each.owned:
        return each.owned
    if isinstance(shape, PointerShape):
        return (*shape.owned, *shape.lifetimes)
    return shape.owned if isinstance(shape, HandleShape) else ()
