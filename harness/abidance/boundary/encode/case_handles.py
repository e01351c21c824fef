"""A handle of a test case: who has it, what it is there for, and how it is related to others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import held_members

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import HandleShape
    from abidance.plan import plan as p

Conditions = tuple["p.Condition", ...]
STATIC = "static"


@dataclass(frozen=True, slots=True, eq=False)
class Keep:
    """That a handle is there, or must be, as long as another is, until certain calls on that one."""

    holder: Held
    until: tuple[str, ...] = ()
    conditions: Conditions = ()
    """What must hold of the calls before, so that it is there."""
    taken: Conditions = ()
    """What must hold so that it is the holder that keeps it, and the caller does not have it still."""
    lent: bool = False
    """Whether it was given to the holder, which refers to it, for as long."""


@dataclass(slots=True, eq=False)
class Held:
    """A handle that call `call` left at a path.

    `references` are the caller's, each with what must hold for it to be there, and `left` those that it has only
    where a call has not taken them. `keeps` is what it is there for besides, `needed` what it must outlive, and
    `let_go` that calls succeeded which ended that: without them it is destroyed `late`, after all others. `within` is
    what it goes with, though the caller may destroy it before. `parts` is what was put into it, and `poured` are
    those that have now what it held. One that is `borrowed` is not the caller's, and may be the same as another
    handle, as one may that is `counted_anew`, but for what lies `apart`, in memory of the caller's; a `static` one is
    always there.
    """

    handle: str
    call: int
    path: str
    borrowed: bool = False
    static: bool = False
    counted_anew: bool = False
    apart: bool = False
    when: Conditions = ()
    """What must hold for a static one to be there."""
    references: list[Conditions] = field(default_factory=list)
    left: list[Conditions] = field(default_factory=list)
    keeps: list[Keep] = field(default_factory=list)
    may_keep: list[Keep] = field(default_factory=list)
    """What it may be there for still, though calls have ended that for one of its kind."""
    within: list[Keep] = field(default_factory=list)
    lost: bool = False
    """Whether something has taken it of which nothing says how long that is there."""
    ended: bool = False
    """Whether it is gone for certain, as far as all calls have succeeded."""
    needed: list[Keep] = field(default_factory=list)
    let_go: list[p.Condition] = field(default_factory=list)
    late: bool = False
    parts: list[Held] = field(default_factory=list)
    poured: list[Held] = field(default_factory=list)
    related: set[Held] = field(default_factory=set)
    made_from: tuple[Held, ...] = ()
    """What it was created from, or borrowed from."""
    made_with: dict[str, Held] = field(default_factory=dict)
    """In a sequence, the handles that the call which made it was given, by its parameters."""
    gone: p.Condition | None = None
    """What must hold so that it is not there any more, once a call has ended it."""
    last: int = 0
    states: frozenset[str] = frozenset()
    """The states that it may be in, where the contract names any."""
    called_once: set[str] = field(default_factory=set)
    """Those functions that it was given to and that are called once for each handle."""

    @property
    def origin(self) -> tuple[int, str]:
        """Return the call that left it, and where."""
        return self.call, self.path

    @property
    def of_others(self) -> bool:
        """Tell whether it is not the caller's alone."""
        return self.borrowed or self.counted_anew

    @property
    def may_be_another(self) -> bool:
        """Tell whether it may be the same as another handle that calls brought it together with."""
        return self.of_others and not self.apart


@dataclass(frozen=True, slots=True)
class HandleGiven:
    """A handle that a call is given, with what it is there, and the `wholes` that it is borrowed from."""

    held: Held
    shape: HandleShape
    wholes: frozenset[Held]


Used = dict[str, Held]
"""The handles that a call is given, by its parameters."""


def reached(start: Held, further: Callable[[Held], Iterable[Held]]) -> list[Held]:
    """Return a handle and all that it leads to, where each leads `further`: the nearest first."""
    found = [start]
    for each in found:
        found += [one for one in dict.fromkeys(further(each)) if one not in found]
    return found


def wholes(part: Held) -> Iterator[Held]:
    """Yield what a handle is borrowed from or goes with, and so on."""
    for keep in (*(part.keeps if part.borrowed else ()), *part.within):
        yield keep.holder
        yield from wholes(keep.holder)


def with_holders(held: Held) -> list[Held]:
    """Return a handle and all that it is there as long as, which must not end before it has to."""
    return reached(held, lambda each: (keep.holder for keep in each.keeps))


def acts_on(child: Held, parent: Held) -> bool:
    """Tell whether a handle was made from another, or from one that was: a writer from what it writes to."""
    goes_with = reached(child, lambda each: (keep.holder for keep in each.within))
    made_from_it = reached(parent, lambda each: (keep.holder for keep in each.needed))
    return child is not parent and not {*goes_with}.isdisjoint(made_from_it)


def is_from(child: Held, parent: Held) -> bool:
    """Tell whether a handle was made from another, is borrowed from it, or came from what that came from."""
    holders = [keep.holder for keep in (*child.keeps, *child.within)]
    if any(each.handle == parent.handle for each in holders):
        return any(each is parent for each in holders)
    shared = any(each is keep.holder for each in holders for keep in parent.keeps)
    made = parent in child.made_from
    if shared or any(keep.holder is child and (made or not keep.lent) for keep in parent.needed):
        return True
    return not made and _are_of_one(child, parent)


def _are_of_one(one: Held, other: Held) -> bool:
    """Tell whether two handles, neither made from a handle of the other's kind, were made from the same ones."""
    above = {each.handle: each for each in other.made_from}
    if other.handle in {each.handle for each in one.made_from} or one.handle in above:
        return False
    common = [each for each in one.made_from if each.handle in above]
    return bool(common) and all(above[each.handle] is each for each in common)


def given_to(function: BoundaryFunction, used: Used) -> list[HandleGiven]:
    """Return the handles that a call is given, with what they are borrowed from before it."""
    return [HandleGiven(held, shape, frozenset(wholes(held))) for shape, held in held_in(function, used)]


def held_in(function: BoundaryFunction, used: Used) -> Iterator[tuple[HandleShape, Held]]:
    """Yield the handles that a call is given, each with what it is there: an array has several, by its elements."""
    for name, shape in held_members(function):
        if name in used:
            yield shape, used[name]
            continue
        element = f"{name}["
        for path, held in used.items():
            if path.startswith(element):
                yield shape, held


def whole_of(shape: HandleShape, used: Used) -> Held | None:
    """Return the handle that a parameter's becomes a part of, or must outlive."""
    return used.get(shape.into or shape.lifetime) or _of_kind(shape.lifetime, used)


def _of_kind(kind: str, used: Used) -> Held | None:
    if not kind:
        return None
    return next((each for each in used.values() if each.handle == kind), None)


def of_kind_above(kind: str, used: Used) -> Held | None:
    """Return the handle of a kind that those which a call is given were made from, or are borrowed from."""
    above = [*used.values()] if kind else []
    for each in above:
        if each.handle == kind:
            return each
        above += [one for one in each.made_from if one not in above]
    return None
