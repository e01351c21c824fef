"""Who holds the handles of a test case, call by call: which may be used, given away and destroyed.

The caller holds references, one for a handle whose references nothing counts. Handles that were given away, or came
back without being the caller's, are there as long as others keep them. What a call will answer is not known
beforehand: it is taken to succeed, and the conditions under which something is so are noted beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.boundary.encode import ended_lifetimes, handle_trees
from abidance.boundary.encode.case_handles import (
    STATIC,
    Held,
    Keep,
    given_to,
    held_in,
    of_kind_above,
    reached,
    whole_of,
    with_holders,
)
from abidance.boundary.encode.handle_places import (
    held_members,
    is_made_at,
    place_in_array,
)
from abidance.boundary.encode.plan_call import PlanCall
from abidance.boundary.model.ownership import CALLEE, CALLER, EITHER, SHARED
from abidance.boundary.model.types import RESULT_NAME, HandleShape
from abidance.boundary.model.values import Earlier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.encode.case_handles import Conditions, Used
    from abidance.boundary.encode.handle_places import Made
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import Values
    from abidance.plan import plan as p


@dataclass(slots=True)
class Holdings:
    """The handles of one test case so far, the oldest first."""

    boundary: Boundary
    known: list[Held] = field(default_factory=list)
    _alive: list[Held] | None = None
    """What `alive` returns until the next call."""
    has_locks: bool = field(init=False)
    has_trees: bool = False
    """Whether any handle goes with another."""

    def __post_init__(self) -> None:
        """Note whether any handle locks what it was made from."""
        self.has_locks = any(life.locks or life.locks_all_but for life in self.boundary.handles.values())

    @property
    def alive(self) -> list[Held]:
        """Return the handles that may be used, as far as all calls have succeeded."""
        if self._alive is None:
            self._alive = self._alive_now()
        return self._alive

    def _alive_now(self) -> list[Held]:
        there = {each for each in self.known if (each.references or each.static) and not each.within}
        found = -1
        while found != len(there):
            found = len(there)
            there.update(
                each
                for each in self.known
                if (each.references or each.static or any(keep.holder in there for keep in each.keeps))
                and all(keep.holder in there for keep in each.within)
            )
        return [each for each in self.known if each in there]

    def find(self, call: int, path: str) -> Held | None:
        """Return the handle that a call left at a path."""
        return next((each for each in self.known if each.call == call and each.path == path), None)

    def conditions(self, held: Held) -> Conditions:
        """Return what must hold for a handle to be there: what it goes with is there, too."""
        further = [
            c for each in handle_trees.wholes_of(held) for c in self._conditions(each, frozenset()) or ()
        ]
        return tuple(dict.fromkeys((*(self._conditions(held, frozenset()) or ()), *further)))

    def _conditions(self, held: Held, above: frozenset[Held]) -> Conditions | None:
        if held.references:
            return held.references[0]
        if held.static:
            return held.when
        for keep in held.keeps:
            if keep.holder not in above:
                found = self._conditions(keep.holder, above | {held})
                if found is not None:
                    return (*keep.conditions, *found)
        return None

    def needed(self, function: BoundaryFunction, shape: HandleShape, held: Held) -> Conditions:
        """Return what must hold for a call to be given a handle; of one that it takes, that the caller has it."""
        taken = shape.owner == CALLEE or self.ends(function, shape.handle)
        if taken and held.references:
            last = (*held.references[-1], *(held.let_go if len(held.references) == 1 else ()))
            # Where no call has put it there, it goes with nothing, whatever became of that.
            wholes = (keep.holder for keep in held.within if {*keep.conditions} <= {*last})
            return (*last, *(c for whole in wholes for c in self.conditions(whole)))
        # Of a part of what the call is given as well, that it was made one.
        made_part = (c for keep in held.keeps if shape.parent for c in keep.taken)
        return (*self.conditions(held), *made_part)

    def newly_ended(self) -> list[Held]:
        """Return the handles that are gone for certain now, and were not when this was asked last.

        One that a call may have let go of may be another one of its kind; it is there as long as what it was in.
        """
        found = []
        for each in self.known:
            gone = not each.borrowed and self._is_gone(each)
            if gone and not each.ended:
                found.append(each)
            each.ended = gone
        return found

    def _is_gone(self, held: Held) -> bool:
        """Tell whether nobody has a handle, nor what may be the same one, nor what either is in."""
        if held.references or held.static or held.lost:
            return False
        wanted, reached = [held], set[Held]()
        for one in wanted:
            for each in self.known:
                if each in reached or not self.may_be_same(each, one):
                    continue
                if each.references or each.static or each.lost:
                    return False
                reached.add(each)
                inside = [keep.holder for keep in (*each.keeps, *each.may_keep)]
                for whole in inside:
                    inside += [other for other in whole.poured if other not in inside]
                wanted += [whole for whole in inside if whole not in wanted]
        return True

    def keepers(self, held: Held) -> list[Held]:
        """Return the handles that have what one holds, though the caller may not use that one any more."""
        found = [keep.holder for keep in (*held.keeps, *held.may_keep)]
        for each in found:
            further = (*(keep.holder for keep in (*each.keeps, *each.may_keep)), *each.poured)
            found += [other for other in dict.fromkeys(further) if other not in found]
        return [each for each in found if each in self.alive and each is not held]

    def is_needed(self, held: Held) -> bool:
        """Tell whether another handle is there that one must outlive, or one that goes with it."""
        needed = {
            keep.holder for each in (held, *handle_trees.going_with(self, [held])) for keep in each.needed
        }
        return not needed.isdisjoint(self.alive)

    def may_be_same(self, one: Held, other: Held) -> bool:
        """Tell whether two handles may be one: what came back may be any of those that calls brought together."""
        if one is other or one.handle != other.handle:
            return one is other
        return (one.may_be_another or other.may_be_another) and other in one.related

    def going_along(self, held: Held) -> list[Held]:
        """Return what may be a handle by another name, or a part of it, and goes where that does.

        That is what was borrowed from where it is; what was put there is no part of it.
        """
        former = with_holders(held)[1:]
        return [
            each
            for each in self.known
            if each is not held
            and (
                (each.borrowed and any(keep.holder in former for keep in each.keeps))
                or self.may_be_same(each, held)
            )
        ]

    def given(self, function: BoundaryFunction, arguments: Values) -> Used:
        """Return the handles of earlier calls that a call of a sequence is given."""
        found: Used = {}
        for name, _ in held_members(function):
            value = arguments.get(name)
            several = (
                {f"{name}[{n}]": each for n, each in enumerate(value)} if isinstance(value, list) else {}
            )
            for path, each in (several or {name: value}).items():
                if isinstance(each, Earlier) and each.handle and not each.destroyed_by:
                    held = self.find(each.call, each.path)
                    if held is not None:
                        found[path] = held
        return found

    def ends(self, function: BoundaryFunction, handle: str) -> bool:
        """Tell whether a call destroys a handle that it is given, or gives a reference back."""
        return self.boundary.handles[handle].destroy == function.name

    def may_give_away(self, held: Held) -> bool:
        """Tell whether the caller has a reference that it may give back, or away."""
        if len(held.references) != 1:
            return bool(held.references)
        return not self.is_needed(held)

    def make(
        self,
        function: BoundaryFunction,
        index: int,
        used: Used,
        made: Made,
        call: PlanCall | None = None,
        *,
        refused: bool = False,
    ) -> list[Held]:
        """Note what a call does, the `index`-th of its test case, and return the handles that it makes.

        Without a plan nobody asks under which conditions. One that is `refused` does nothing to what it is given, but
        for what a call that fails takes as well.
        """
        call = call or PlanCall.of(function, index)
        ended_lifetimes.note(self, function, given_to(function, used), call.taken)
        for part, keep in () if refused else [*handle_trees.ended_within(self, function, used)]:
            handle_trees.note_gone(self, part, [keep], call)
        for shape, held in held_in(function, used):
            held.last = index
            if not refused or shape.always:
                self._give(function, shape, held, used, call)
        found = [self._new(function, index, used, path, shape, call) for path, shape in made]
        together = {*used.values(), *found}
        together.update(*(each.related for each in [*together]))
        for each in together:
            each.related = together
        for name, shape in held_members(function):
            for each in [one for one in found if one.path == shape.into] if name in used else ():
                each.parts.append(used[name])
                used[name].poured.append(each)
            for each in [one for one in found if one.path == shape.lifetime] if name in used else ():
                if shape.owner == EITHER and not refused:
                    used[name].within.append(Keep(each, shape.until, (call.taken,)))
                    self.has_trees = True
                    continue
                if shape.owner in (CALLEE, SHARED):
                    if not refused:
                        self._keep_in_new(used[name], each, shape, call)
                    continue
                # It must be there as long as what the call makes, and so what it is itself borrowed from.
                for needed in with_holders(used[name]):
                    if not refused:
                        needed.needed.append(Keep(each, shape.until, lent=True))
        self.known += found
        self._alive = None
        if self.has_trees:
            handle_trees.settle(self, function, used, call)
            self._alive = None
        return found

    def owe(self, held: Held) -> bool:
        """Make a reference that the caller may have the next one to give back; tell whether there is one.

        Where it has, what was taken to be gone with another handle is not gone yet. Afterwards it is there only if the
        call has taken it that was to: until then it was, whoever had it.
        """
        if not held.references and held.left:
            held.references.append(held.left.pop())
            held.keeps[:] = [replace(keep, conditions=keep.taken or keep.conditions) for keep in held.keeps]
            self._alive = None
            for each in self.known:
                each.ended = each.ended and self._is_gone(each)
        return bool(held.references)

    def _give(
        self, function: BoundaryFunction, shape: HandleShape, held: Held, used: Used, call: PlanCall
    ) -> None:
        """Note what becomes of one handle that a call is given."""
        if shape.unlink and not held.references:
            self._unlink(held, whole_of(shape, used), shape, call)
            if self.ends(function, shape.handle):
                held.gone = call.ran
            return
        if (shape.owner == CALLEE or self.ends(function, shape.handle)) and not held.references:
            return  # not the caller's to give
        if self.ends(function, shape.handle):
            self._still(held, held.references.pop())
            held.gone = call.ran
            return
        if self.boundary.handles[shape.handle].acquire == function.name:
            held.references.append((*call.needs, call.ran, *call.success))
            return
        whole = whole_of(shape, used)
        there = whole is not None and whole is not held
        if shape.owner == EITHER:
            self._join(held, whole, shape, call.taken)
            return
        there_before: Conditions = ()
        if shape.owner == CALLEE:
            reference, taken = held.references.pop(), call.ran if shape.always else call.taken
            there_before = reference
            held.gone = taken
            held.left.append((*reference, replace(taken, negated=True)))
            self._still(held, reference)
        elif shape.owner == CALLER:
            self._give_back(held, call.taken)
        elif shape.owner != SHARED and shape.lifetime and whole is not None and there:
            for each in with_holders(held):  # what is borrowed ends with what it is borrowed from
                if each is not whole:
                    each.needed.append(Keep(whole, shape.until, lent=True))
        if whole is None or not there or shape.owner == CALLER:
            kept = bool(shape.lifetime) and is_made_at(function, shape.lifetime)
            held.lost |= shape.owner in (CALLEE, SHARED) and not kept
            return
        if shape.owner or shape.into:
            whole.parts.append(held)
        if self._is_kept_for(shape):
            # The caller has its own as before, and nothing but that; what it held is there as long as either.
            held.may_keep.append(Keep(whole, shape.until))
        elif shape.owner and shape.lifetime:
            # What was not taken is the caller's still, unless a call that fails takes it as well.
            sure = shape.owner == CALLEE and not shape.always
            held.keeps.append(
                Keep(whole, shape.until, there_before if sure else (call.taken,), (call.taken,))
            )
        elif shape.owner:
            held.lost = True
        if shape.into:
            held.poured.append(whole)

    def _unlink(self, held: Held, whole: Held | None, shape: HandleShape, call: PlanCall) -> None:
        """Note that a part of one handle is one of another now, or gone.

        It is not used where the call did not take it, nor is what may have gone along.
        """
        for each in self.going_along(held):
            each.may_keep += each.keeps
            each.keeps.clear()
        held.may_keep += held.keeps
        held.keeps.clear()
        # What an earlier call has not taken is the caller's still, unless this one has.
        held.left[:] = [(*each, replace(call.taken, negated=True)) for each in held.left]
        if whole is not None and whole is not held:
            held.keeps.append(Keep(whole, shape.until, (call.taken,), (call.taken,)))
            whole.parts.append(held)

    def _join(self, held: Held, whole: Held | None, shape: HandleShape, taken: p.Condition) -> None:
        """Note that a handle goes with another from now on, where a call has `taken` it, or with none any more.

        Where that is not known it is not used: it goes with what it was in, or is the caller's in the end.
        """
        if not held.within:
            held.left += [(*each, replace(taken, negated=True)) for each in held.references]
        held.references[:] = [(*each, taken) for each in held.references]
        held.within = [Keep(whole, shape.until, (taken,))] if whole is not None else []
        self.has_trees |= whole is not None

    def _keep_in_new(self, held: Held, whole: Held, shape: HandleShape, call: PlanCall) -> None:
        """Note that a handle is a part of a new one now, which has taken it, or has a reference of its own."""
        whole.parts.append(held)
        if self._is_kept_for(shape):
            held.may_keep.append(Keep(whole, shape.until))
        else:
            held.keeps.append(Keep(whole, shape.until, (call.taken,)))

    def _is_kept_for(self, shape: HandleShape) -> bool:
        """Tell whether the callee keeps a handle for itself, which the caller destroys all the same."""
        counted = self.boundary.handles[shape.handle].acquire is not None
        return shape.owner == SHARED and bool(shape.lifetime) and not counted

    def _still(self, held: Held, reference: Conditions) -> None:
        """Note that a last reference was not given up where a call that was to let go of the handle did not succeed."""
        if not held.references:
            for number, condition in enumerate(held.let_go):
                before = held.let_go[:number]
                held.left.append((*reference, *before, replace(condition, negated=True)))
            held.let_go.clear()

    def _new(
        self,
        function: BoundaryFunction,
        index: int,
        used: Used,
        path: str,
        shape: HandleShape,
        call: PlanCall,
    ) -> Held:
        """Return a handle that a call leaves: the caller's, or one that others keep."""
        borrowed = shape.owner == CALLEE
        holder = whole_of(shape, used) or of_kind_above(shape.lifetime, used)
        static = shape.lifetime == STATIC
        if shape.lifetime == place_in_array(path)[0]:
            # As long as the array that it is in, which is freed when what the call was given is destroyed, or last.
            holder = next(iter(used.values()), None)
            static = holder is None
        held = Held(
            shape.handle,
            index,
            path,
            borrowed,
            static=borrowed and static,
            counted_anew=shape.counted_anew,
            apart=shape.apart,
            last=index,
        )
        left = call.success
        if path != RESULT_NAME and not function.leaves(path, success=True):
            left = (call.ran, *(replace(each, negated=True) for each in left))
        if path != RESULT_NAME and (not left or function.leaves(path, success=False)):
            left = (call.ran,)  # memory of the caller's does not tell by itself that something was made there
        if not borrowed:
            held.references.append((*call.needs, *left))
            held.made_from = (
                () if shape.counted_anew else tuple(dict.fromkeys(self._parents(shape.handle, used)))
            )
            if shape.owner == EITHER and holder is not None:
                held.within.append(Keep(holder, shape.until))
                self.has_trees = True
            outlived = {
                used[name]
                for name, taken in held_members(function)
                if name in used and taken.lifetime == path and self._is_kept_for(taken)
            } | {keep.holder for keep in held.within}
            for each in (one for one in held.made_from if one not in outlived):
                for needed in with_holders(each):  # what is borrowed ends with what it is borrowed from
                    needed.needed.append(Keep(held))
            return held
        # What a call that fails leaves through a pointer is nothing; what it returns tells that itself.
        there = left if path != RESULT_NAME else ()
        if holder is not None:
            held.made_from = (holder,)
            held.keeps.append(Keep(holder, shape.until, there))
        held.when = there
        return held

    def _parents(self, kind: str, used: Used) -> Iterator[Held]:
        """Yield what a new handle must not outlive: parents that its creator is given, and those of an original.

        A parent that it is not given is what another one was made from that it is: a library that a font was read with.
        """
        parents = self.boundary.handles[kind].parents
        given = {each.handle for each in used.values()}
        for each in used.values():
            if each.handle in parents:
                yield each
            elif each.handle == kind:
                yield from (above for above in each.made_from if above.handle in parents)
            else:
                above = reached(each, lambda one: one.made_from)[1:]
                yield from (one for one in above if one.handle in parents and one.handle not in given)

    def _give_back(self, held: Held, given: p.Condition) -> None:
        """Note that a handle is the caller's again: whatever else may be this one is not known any more."""
        for each in self.known:
            if each is not held and self.may_be_same(each, held):
                each.keeps.clear()
        held.keeps.clear()
        held.lost = False
        if held.within:
            held.references[:] = [(*each, given) for each in held.references]
            held.within.clear()
        elif self.boundary.handles[held.handle].acquire is None:
            # What an earlier call may have refused to take is the one that comes back now, not another one beside it.
            held.left[:] = [(*each, replace(given, negated=True)) for each in held.left]
        if not held.references:
            held.references.append((given,))
