"""Which calls are forbidden by handles of which few may be there at a time, or that lock what they were made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import left_by, makes_itself

if TYPE_CHECKING:
    from abidance.boundary.encode.case_handles import Conditions, Held, Used
    from abidance.boundary.encode.holdings import Holdings
    from abidance.boundary.model.functions import BoundaryFunction


def forbidden(
    holdings: Holdings, function: BoundaryFunction, used: Used, *, partly: bool = False
) -> str | None:
    """Return why a call may not be made: there would be too many handles of a kind, or one locks another."""
    alive = holdings.alive
    for _, shape in left_by(function):
        if partly and shape.handle in makes_itself(function):
            continue
        most = holdings.boundary.handles[shape.handle].at_most
        if most is not None and sum(each in alive for each in _rivals(holdings, shape.handle, used)) >= most:
            return f"only {most} `{shape.handle}` may be alive at a time"
    for each in _locking(holdings, function, used):
        if each in alive:
            return f"`{function.name}` may not be called as long as a `{each.handle}` made from it is alive"
    return None


def cleared(holdings: Holdings, function: BoundaryFunction, used: Used) -> Conditions:
    """Return what must hold so that handles which would forbid a call are gone; of those alive nothing does."""
    alive = holdings.alive
    rivals = [
        each
        for _, shape in left_by(function)
        if holdings.boundary.handles[shape.handle].at_most is not None
        for each in _rivals(holdings, shape.handle, used)
    ]
    over = (each for each in (*rivals, *_locking(holdings, function, used)) if each not in alive)
    return tuple(dict.fromkeys(each.gone for each in over if each.gone is not None))


def _rivals(holdings: Holdings, kind: str, used: Used) -> list[Held]:
    """Return the handles of a kind that were made from what a call is given; all, where they have no parent.

    Those that are made from one of their kind, as nested ones are, count beside each other alone.
    """
    parents = holdings.boundary.handles[kind].parents
    alike = [each for each in holdings.known if each.handle == kind]
    given = [each for each in used.values() if each.handle in parents]
    nested = [each for each in given if each.handle == kind]
    if not parents:
        return alike
    return [
        each
        for each in alike
        if _comes_from_any(holdings, each, nested or given)
        and (nested or not any(one.handle == kind for one in each.made_from))
    ]


def _locking(holdings: Holdings, function: BoundaryFunction, used: Used) -> list[Held]:
    """Return the handles that were made from what a call is given, and that lock it for this call."""
    if not holdings.has_locks:
        return []
    given = [*used.values()]
    return [
        each
        for each in holdings.known
        if each.made_from
        and holdings.boundary.handles[each.handle].locks_out(function.name, given=each in given)
        and _comes_from_any(holdings, each, [one for one in given if _may_be_locked(holdings, each, one)])
    ]


def _may_be_locked(holdings: Holdings, each: Held, given: Held) -> bool:
    """Tell whether one locks a handle of a kind that it was made from: nested ones lock their own kind alone."""
    return given.handle == each.handle or each.handle not in holdings.boundary.handles[each.handle].parents


def _comes_from_any(holdings: Holdings, each: Held, given: list[Held]) -> bool:
    return any(holdings.may_be_same(one, other) for one in each.made_from for other in given)
