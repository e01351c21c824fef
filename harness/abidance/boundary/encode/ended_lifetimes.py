"""Which calls end what is there as long as a handle is, or until it is changed: handles, and memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.case_handles import acts_on, reached
from abidance.boundary.encode.handle_places import changes, held_members
from abidance.boundary.model.ownership import CALLEE, CHANGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.boundary.encode.case_handles import HandleGiven, Held, Keep
    from abidance.boundary.encode.holdings import Holdings
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.plan import plan as p


def ends_lifetime(
    holdings: Holdings, function: BoundaryFunction, keep: Keep, given: Sequence[HandleGiven]
) -> bool:
    """Tell whether a call ends what is as long as a handle is there, or may end the handle."""
    return _ends(holdings, function, None, keep, given) or any(
        each.held is keep.holder
        and (each.shape.owner == CALLEE or holdings.ends(function, each.shape.handle))
        for each in given
    )


def note(
    holdings: Holdings, function: BoundaryFunction, given: Sequence[HandleGiven], taken: p.Condition
) -> None:
    """Note which lifetimes a call ends that are bound to what it is given."""
    for each in holdings.known if given else ():
        if not (each.keeps or each.needed):
            continue
        let_go = [keep for keep in each.keeps if _ends(holdings, function, each, keep, given)]
        each.keeps[:] = [keep for keep in each.keeps if keep not in let_go]
        each.may_keep += let_go
        over = [keep for keep in each.needed if _lets_go(holdings, function, each, keep, given)]
        if over:
            each.needed[:] = [keep for keep in each.needed if keep not in over]
            each.let_go.append(taken)
            each.late = True


def _lets_go(
    holdings: Holdings, function: BoundaryFunction, held: Held, keep: Keep, given: Sequence[HandleGiven]
) -> bool:
    """Tell whether a call ends that a handle must be there: for certain, one that is given it where it can be."""
    there = any(each.held is keep.holder for each in given)
    if not there or not _ends(holdings, function, held, keep, given):
        return False
    others = [shape for _, shape in held_members(function) if shape.handle == held.handle]
    itself = any(each.held is held for each in given)
    return itself or len(others) == (held.handle == keep.holder.handle)


def _ends(
    holdings: Holdings,
    function: BoundaryFunction,
    of: Held | None,
    keep: Keep,
    given: Sequence[HandleGiven],
) -> bool:
    """Tell whether a call ends that a handle, or memory, is there as long as another handle.

    A part is borrowed from a whole: what changes it changes the whole, and others may be gone, though not itself.
    Memory may be that of what the handle holds, and is gone when that is changed.
    """
    if function.name in keep.until:
        return any(
            holdings.may_be_same(each.held, keep.holder)
            or keep.holder in each.wholes
            or acts_on(each.held, keep.holder)
            for each in given
        )
    return CHANGE in keep.until and any(
        changes(holdings.boundary, function, each.shape)
        and (
            holdings.may_be_same(each.held, keep.holder)
            or (keep.holder in each.wholes and each.held is not of)
            or (of is None and _may_be_in(each.held, keep.holder))
        )
        for each in given
    )


def _may_be_in(part: Held, whole: Held) -> bool:
    """Tell whether a handle may be held by another, or by what that holds."""
    inside = reached(whole, lambda each: each.parts)
    holders = reached(part, lambda each: (keep.holder for keep in (*each.keeps, *each.may_keep)))
    return part is not whole and (part in inside or whole in holders)
