"""The calls around those of a test case that make its handles, prepare them, and destroy them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.destruction import least, other_ends, ways_to_destroy, without_owners
from abidance.boundary.model.types import HandleShape
from abidance.boundary.model.values import CallOn, NewHandle
from abidance.boundary.resolve.transfers import succeeded
from abidance.contract.expression import EvaluationError
from abidance.plan import plan as p

if TYPE_CHECKING:
    from abidance.boundary.encode.call_state import LiveHandle, PlanDraft
    from abidance.boundary.encode.calls import Encoder
    from abidance.boundary.encode.holdings import Holdings
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.values import Values


class HandleCalls:
    """Has an encoder append the calls that make, prepare and destroy the handles of a case."""

    def __init__(self, boundary: Boundary, draft: PlanDraft, holdings: Holdings, calls: Encoder) -> None:
        self._boundary = boundary
        self._draft = draft
        self._holdings = holdings
        self._calls = calls

    def make(self, life: HandleLife, value: NewHandle, parent: LiveHandle | None, kind: str) -> LiveHandle:
        """Append the calls that make a handle; a `parent` that it is given with is of this `kind`, if it is of any."""
        create = self._boundary.functions[value.creator or life.create]
        arguments = (
            value.arguments if parent is not None else self._without_parent(create, value.arguments, kind)
        )
        index = self._calls.call(create, arguments, using=parent and self._source(create, parent))
        made = (each for each in self._draft.live if each.made == index and each.life.name == life.name)
        live = next(made, self._draft.live[-1])  # of several, the first
        for each in value.prepared or tuple(CallOn(*written) for written in life.prepare):
            function = self._boundary.functions[each.function]
            index = self._call_on(live, function, each)
            came = (p.Condition(index, (), signed=False),) if function.asked_before else ()
            live.prepared = (*live.prepared, *came, *succeeded(self._draft.placed[index].function, index))
        for each in value.calls:
            self._call_on(live, self._boundary.functions[each.function], each)
        return live

    def _without_parent(self, create: BoundaryFunction, arguments: Values, kind: str) -> Values:
        """Return what a handle is made with, of none where it was to be made of one that a call is not given."""
        shapes = {m.name: m.shape for m in create.members}
        alone = dict(arguments)
        for name, value in arguments.items():
            shape = shapes[name]
            if not isinstance(value, NewHandle) or not isinstance(shape, HandleShape) or value.arguments:
                continue
            life = self._boundary.handles[value.handle]
            # What takes nothing may have been meant; of the kind of a parent that the call is not given none was.
            if value.handle != kind and not self._boundary.functions[value.creator or life.create].members:
                continue
            if shape.nullable is False:
                message = f"there is no `{value.handle}` that `{create.name}` could be given"
                raise EvaluationError(message, create.span)
            alone[name] = None
        return alone

    def _source(self, create: BoundaryFunction, parent: LiveHandle) -> LiveHandle:
        """Return what a handle is made from that belongs to another: that one, or what both are borrowed from."""
        taken = {
            m.shape.handle for m in create.members if isinstance(m.shape, HandleShape) and not m.shape.made
        }
        if parent.life.name in taken:
            return parent
        shared = (each for each in self._draft.live if each.held in parent.held.made_from)
        return next((each for each in shared if each.life.name in taken), parent)

    def _call_on(self, live: LiveHandle, function: BoundaryFunction, call: CallOn) -> int:
        """Append a call on a handle, which its arguments leave out; return its index."""
        arguments = dict(call.arguments)
        for member in function.members:
            if isinstance(member.shape, HandleShape) and member.shape.handle == live.life.name:
                arguments[member.name] = NewHandle(live.life.name, {}, call.state)
        refused = bool(call.rejects)
        return self._calls.call(function, arguments, using=live, refused=refused, rejects=call.rejects)

    def destroy_left_of(self, ended: list[LiveHandle]) -> None:
        """Destroy what was made from handles that end now, where a call that was to take it over has not taken it.

        So it is of what was to be destroyed before them, where that was not done for its state.
        """
        over = [live.held for live in ended]
        for live in [*self._draft.live]:
            if live.again and any(each in over for each in live.held.made_from):
                live.held.left += live.again
                self.destroy(live)
                self._draft.live.remove(live)
        for each in over:
            over += [part for part in each.parts if not part.references and part not in over]
        outlived = {keep.holder for each in over for keep in each.needed}
        for live in [*self._draft.live]:
            if live.held in outlived and live.held.left and not live.held.references:
                self.destroy(live)

    def destroy(self, live: LiveHandle) -> bool:
        """Append the calls that give back what the caller has of a handle; tell whether there can be any."""
        destroy = live.life.destroy and self._boundary.functions.get(live.life.destroy)
        if not destroy or destroy.signature is None:
            return False
        while self._holdings.owe(live.held):
            self._give_up(destroy, live)
        return True

    def _give_up(self, destroy: BoundaryFunction, live: LiveHandle) -> None:
        """Append the call that destroys a handle, or gives one reference back."""
        arguments: Values = {}
        for member in destroy.members:
            if isinstance(member.shape, HandleShape):
                # Besides the handle it may take what that was made from.
                made_from = {each.handle for each in live.held.made_from}
                known = member.shape.handle in {live.life.name, *made_from}
                arguments[member.name] = NewHandle(member.shape.handle, {}) if known else least(member.shape)
            else:
                arguments[member.name] = least(member.shape)
        live.prepared = ()
        self._close(live, destroy.name)
        self._calls.call(destroy, arguments, using=live)

    def _close(self, live: LiveHandle, destroy: str) -> None:
        """Append the calls that bring a handle into a state in which it may be destroyed, as far as there are any."""
        ways = [(name, frozenset((s,))) for name, s in ways_to_destroy(self._boundary, live.life, destroy)]
        for name, states_then in (*ways, *other_ends(self._boundary, live.life, destroy)):
            # Whether one that takes the handle over is made depends on the state, of which the account knows nothing.
            function = without_owners(self._boundary.functions[name])
            arguments: Values = {
                member.name: NewHandle(live.life.name, {})
                if isinstance(member.shape, HandleShape) and member.shape.handle == live.life.name
                else least(member.shape)
                for member in function.members
            }
            builder = self._calls.builder(function, arguments, live)
            builder.within[live.made] = states_then
            self._calls.ask(builder)
            self._calls.append(builder)
