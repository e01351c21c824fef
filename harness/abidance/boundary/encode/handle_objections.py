"""Whether a call may be given handles, and why not, by who holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode import exclusive_handles, handle_trees
from abidance.boundary.encode.case_handles import acts_on, held_in, is_from, whole_of, with_holders
from abidance.boundary.encode.handle_places import kind_at
from abidance.boundary.model.ownership import CALLEE, CALLER, EITHER
from abidance.boundary.model.types import RecordHandle

if TYPE_CHECKING:
    from abidance.boundary.encode.case_handles import Held, Used
    from abidance.boundary.encode.holdings import Holdings
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import HandleShape


def allows(
    holdings: Holdings, function: BoundaryFunction, used: Used, *, refused: bool = False, partly: bool = False
) -> bool:
    """Tell whether a call may be given these handles; one that is refused destroys none.

    Where that is `partly` what it is given, what is to come may make of a new handle one that is nested in another.
    """
    return objection(holdings, function, used, refused=refused, partly=partly) is None


def objection(
    holdings: Holdings, function: BoundaryFunction, used: Used, *, refused: bool = False, partly: bool = False
) -> str | None:
    """Return why a call may not be given these handles, in words; None where it may."""
    alive, name = holdings.alive, function.name
    for each in used.values():
        if each not in alive:
            return f"`{name}` is given a `{each.handle}` that is not there any more"
    for shape, held in held_in(function, used):
        ends = holdings.ends(function, shape.handle) and not refused
        if (shape.owner == CALLEE or ends) and not may_take(holdings, shape, held):
            others = [keep.holder.handle for keep in held.needed if keep.holder in alive]
            if others:
                return f"`{name}` ends a `{held.handle}`, which must outlive the `{others[0]}` made from it"
            return f"`{name}` ends a `{held.handle}` that is not the caller's to give"
        if (
            shape.replaced
            and not refused
            and any(holdings.may_be_same(each, held) for each in alive if each is not held)
        ):
            return f"`{name}` may put another in the place of a `{held.handle}` that has another name"
        if shape.owner == EITHER and not held.references:
            return f"`{name}` takes a `{held.handle}` that is not the caller's to give"
        if shape.owner == CALLER and not _may_be_given_back(holdings, held):
            return f"`{name}` gives back a `{held.handle}` that the caller owns already"
        if shape.parent in used and not is_from(held, used[shape.parent]):
            return f"`{name}` is given a `{held.handle}` that is not of the `{used[shape.parent].handle}` beside it"
        without = "" if partly or shape.parent in used else kind_at(function, shape.parent)
        if without and any(each.handle == without for each in held.made_from):
            return f"`{name}` is given a `{held.handle}` without the `{without}` that it was made from"
        whole = whole_of(shape, used)
        if whole is not None and not _may_be_part(holdings, held, whole):
            return f"`{name}` makes a `{held.handle}` a part of itself"
        # Each would have to be there as long as the other; what is borrowed ends with what it is borrowed from.
        lent = with_holders(held) if shape.lifetime and not shape.owner else ()
        if whole is not None and any(acts_on(each, whole) for each in lent):
            return f"`{name}` makes two handles outlive each other"
    needed = None if refused else handle_trees.needed_by(holdings, function, used)
    if needed is not None:
        return f"`{name}` ends what a `{needed.handle}` was made from that is there"
    return None if refused else exclusive_handles.forbidden(holdings, function, used, partly=partly)


def may_take(holdings: Holdings, shape: HandleShape, held: Held) -> bool:
    """Tell whether a call may take or destroy a handle: the caller's, or one that it takes out of what keeps it.

    That this one is none of the caller's by another name is seen only when the call is made, but for records.
    """
    if held.references or held.static or not shape.unlink:
        return holdings.may_give_away(held)
    along = () if shape.lifetime else (each for each in holdings.going_along(held) if not each.references)
    known = not isinstance(shape, RecordHandle) or _may_be_given_back(holdings, held)
    return known and not any(holdings.is_needed(each) for each in (held, *along))


def _may_be_given_back(holdings: Holdings, held: Held) -> bool:
    """Tell whether the caller does not own already, by another name, what a call gives back."""
    return bool(held.references) or not any(
        each.references and holdings.may_be_same(each, held) for each in holdings.known
    )


def _may_be_part(holdings: Holdings, part: Held, whole: Held) -> bool:
    """Tell whether a handle may be put into another: it is not that one, and does not hold it."""
    inside, found = [part], {part}
    for each in inside:
        if holdings.may_be_same(each, whole):
            return False
        same = [each, *(other for other in each.related if holdings.may_be_same(other, each))]
        further = [p for other in same for p in (*other.parts, *(k.holder for k in other.needed))]
        if holdings.has_trees:
            further += [p for p in holdings.known if any(k.holder in same for k in p.within)]
        further += [p for p in holdings.known if any(k.holder in same and k.lent for k in p.needed)]
        inside += [each for each in dict.fromkeys(further) if each not in found]
        found.update(further)
    return True
