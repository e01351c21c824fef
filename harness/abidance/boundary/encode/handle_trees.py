"""Handles that go with another unless they were destroyed before: children of a context, pools in a pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.case_handles import given_to, held_in
from abidance.boundary.encode.handle_places import changes
from abidance.boundary.model.ownership import CHANGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.boundary.encode.case_handles import HandleGiven, Held, Keep, Used
    from abidance.boundary.encode.holdings import Holdings
    from abidance.boundary.encode.plan_call import PlanCall
    from abidance.boundary.model.functions import BoundaryFunction


def going_with(holdings: Holdings, wholes: Iterable[Held]) -> list[Held]:
    """Return the handles that go with any of some, or with one that does: not these themselves."""
    found: list[Held] = []
    if not holdings.has_trees:
        return found
    waiting = [*wholes]
    for whole in waiting:
        new = [each for each in holdings.known if any(keep.holder is whole for keep in each.within)]
        waiting += [each for each in new if each not in waiting]
        found += [each for each in new if each not in found]
    return found


def wholes_of(part: Held) -> Iterator[Held]:
    """Yield what a handle goes with, and what that goes with."""
    for keep in part.within:
        yield keep.holder
        yield from wholes_of(keep.holder)


def ended_within(holdings: Holdings, function: BoundaryFunction, used: Used) -> Iterator[tuple[Held, Keep]]:
    """Yield the handles that a call ends for going with one that it is given, each with what says so: `until`."""
    given: list[HandleGiven] | None = None
    for each in holdings.known if holdings.has_trees else ():
        for keep in each.within:
            if function.name in keep.until or CHANGE in keep.until:
                given = given_to(function, used) if given is None else given
                if any(_ends(holdings, function, each, keep, one) for one in given):
                    yield each, keep


def _ends(holdings: Holdings, function: BoundaryFunction, part: Held, keep: Keep, given: HandleGiven) -> bool:
    if given.held is part or not holdings.may_be_same(given.held, keep.holder):
        return False
    return function.name in keep.until or changes(holdings.boundary, function, given.shape)


def needed_by(holdings: Holdings, function: BoundaryFunction, used: Used) -> Held | None:
    """Return a handle that is there and that must go before one which a call ends for going with another."""
    ended = [each for each, _ in ended_within(holdings, function, used)]
    for each in (*ended, *going_with(holdings, ended)) if ended else ():
        for keep in each.needed:
            if keep.holder in holdings.alive:
                return keep.holder
    return None


def note_gone(holdings: Holdings, part: Held, over: list[Keep], call: PlanCall) -> None:
    """Note that a handle has gone with another, or may have: nobody is given it, and the caller does not destroy it.

    What it may be within still is in `may_keep`. Only where a call has not put it there is it the caller's in the end.
    """
    part.left[:] = [
        left for left in part.left if not any(all(c in left for c in keep.conditions) for keep in over)
    ]
    part.may_keep += part.within
    part.references.clear()
    part.keeps.clear()
    part.gone = call.ran
    forget_others(holdings, part)


def forget_others(holdings: Holdings, gone: Held) -> None:
    """Note that a handle may be gone which others lent: it may be any of those that came back."""
    for each in holdings.known:
        if each.borrowed and each is not gone and holdings.may_be_same(each, gone):
            each.keeps.clear()


def settle(holdings: Holdings, function: BoundaryFunction, used: Used, call: PlanCall) -> None:
    """Note after a call what has gone with the handles that it has ended."""
    alive = {*holdings.alive}
    for each in holdings.known:
        over = [keep for keep in each.within if keep.holder not in alive]
        if over and (each.references or each.left):
            note_gone(holdings, each, over, call)
    for _, held in held_in(function, used):
        if held.within and held not in alive:
            forget_others(holdings, held)
