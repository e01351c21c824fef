"""The calls of a plan: each with those that make, prepare and destroy its handles."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from abidance.boundary.encode import shared_allocators, states
from abidance.boundary.encode.arguments import Arguments
from abidance.boundary.encode.borrowed_results import BorrowedResults
from abidance.boundary.encode.call_state import Borrowed, CallBuilder, LiveHandle, PlanDraft
from abidance.boundary.encode.call_terms import in_scope
from abidance.boundary.encode.callback_calls import calls_within, freed_within, left_by_call
from abidance.boundary.encode.destruction import (
    is_destroyed_in_some_states,
    least,
)
from abidance.boundary.encode.encoded_plan import PlacedCall
from abidance.boundary.encode.exclusive_handles import cleared, forbidden
from abidance.boundary.encode.follow_ups import (
    ask_for_error,
    ask_for_lengths,
    ask_for_room,
    ask_for_status,
    freer_of_result,
    give_back,
    give_back_answer,
    give_back_arrays,
)
from abidance.boundary.encode.handle_calls import HandleCalls
from abidance.boundary.encode.handle_places import has_room, left_by, path_of_array, place_in_array
from abidance.boundary.encode.holdings import Holdings
from abidance.boundary.encode.lent_memory import LentMemory
from abidance.boundary.encode.observing import observe
from abidance.boundary.encode.plan_call import PlanCall
from abidance.boundary.encode.preconditions import Preconditions
from abidance.boundary.encode.question_values import room_told
from abidance.boundary.encode.result_reads import filling, followed
from abidance.boundary.encode.saved_numbers import none_kept
from abidance.boundary.encode.windows import looked_at, note_parameters, settle
from abidance.boundary.model.facts import fact
from abidance.boundary.model.status_place import TOLD
from abidance.boundary.model.traversal import (
    handle_arrays_left,
    place_passed,
    root_of,
    single,
    windows_of,
)
from abidance.boundary.model.types import (
    RESULT_NAME,
    EndShape,
    HandleShape,
    PointerShape,
    RecordHandle,
    RecordShape,
    ScalarShape,
    WithinShape,
)
from abidance.boundary.model.values import Earlier, NewHandle
from abidance.boundary.model.variants import living_arguments
from abidance.boundary.resolve.freeing import handed_out, owned_fields
from abidance.boundary.resolve.transfers import done, taken_when, tells_success
from abidance.boundary.values.scope import members_seen
from abidance.boundary.values.sizes import told_lengths
from abidance.boundary.values.views import views
from abidance.contract.expression import EvaluationError
from abidance.plan import plan as p

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from abidance.boundary.encode.call_state import Conditions
    from abidance.boundary.encode.case_handles import Held
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction, LentRoom
    from abidance.boundary.model.types import Shape
    from abidance.boundary.model.values import Case, Values


class Encoder:
    """Appends calls to a plan, and around each what its handles and its memory need."""

    def __init__(
        self,
        boundary: Boundary,
        case: Case,
        used_later: frozenset[tuple[int, str]] = frozenset(),
        *,
        takes_back: bool = True,
    ) -> None:
        # What is asked may move what a handle keeps, such as an iterator, and hides what other calls do with that.
        self.draft = PlanDraft(only_reads=bool(case.steps and case.fill))
        self._boundary = boundary
        self._holdings = Holdings(boundary)
        self._handles = HandleCalls(boundary, self.draft, self._holdings, self)
        self._arguments = Arguments(boundary, case, self.draft, self._holdings, self._handles.make)
        self._used_later = used_later
        self._lent = LentMemory(self.draft, self._holdings, used_later, takes_back=takes_back)
        self._ending = False
        self._borrowed = BorrowedResults(self.draft, self._holdings)
        self._set_up: Conditions = ()
        """What holds when all that comes before went well."""
        for name, given in boundary.setup.calls:
            function = boundary.functions[name]
            index = self.call(function, given)
            if boundary.setup.once:
                made = self.draft.calls[index]
                # What it left in memory is another call's in later plans, and is not looked at.
                self.draft.calls[index] = replace(made, once=True, watched=(), follows=())
            self._set_up = (*self._set_up, *done(self.draft.placed[index].function, index))

    def call(
        self,
        function: BoundaryFunction,
        arguments: Values,
        using: LiveHandle | None = None,
        *,
        refused: bool = False,
        told: Mapping[str, int | None] = MappingProxyType({}),
        rejects: str = "",
    ) -> int:
        """Append one call, and before it what its handles need; return its index.

        One that is `refused` leads its handles to no other state. `told` is what functions have told of its room, and
        `rejects` the clause that the call breaks: what preconditions say of its arguments is not asked then.
        """
        builder = self.builder(
            function, self._as_created(function, arguments, using, rejects), using, told=told
        )
        builder.refused = builder.refused or refused
        refusal = function.refusal(rejects) if rejects else None
        builder.leads_to = refusal.to if refusal is not None else ""
        self.ask(builder, rejects)
        ended = [live for live in builder.used if live.life.destroy == function.name]
        if ended and not builder.refused:
            self._handles.destroy_left_of(ended)
            give_back_arrays(self._boundary, self.draft, ended)
        before = observe(self._boundary, self.draft, builder, rejects=rejects)
        ask_for_room(self._boundary, self.draft, builder, told, refused=refused)
        index = self.append(builder)
        for number in before.values():
            self.draft.placed[number] = replace(self.draft.placed[number], tells=index)
        ask_for_error(self._boundary, self.draft, builder, index)
        self._ask_for_lengths(builder, index)
        after = observe(self._boundary, self.draft, builder, index, before, rejects=rejects)
        if before or after:
            placed = self.draft.placed[index]
            self.draft.placed[index] = replace(placed, observed=after, observed_before=before)
        give_back(self._boundary, self.draft, builder, index)
        return index

    def ask(self, builder: CallBuilder, rejects: str = "") -> None:
        """Append what the preconditions of the next call ask, but for those on what it is to be refused for."""
        refusal = builder.function.refusal(rejects) if rejects else None
        function = builder.function if refusal is None else builder.function.as_refused(refusal)
        if not function.asked_before:
            return
        unasked = frozenset(root_of(path) for path in refusal.given) if refusal is not None else frozenset()
        asking = Preconditions(self._boundary, self.draft, builder, ways=tuple(states.guards(builder)))
        builder.guards += asking.of_call(function.asked_before, unasked)
        asking.note_asked()
        for number in asking.placed:
            give_back_answer(self._boundary, self.draft, builder, number)
        builder.preconditions = tuple(asking.found)

    def _ask_for_lengths(self, builder: CallBuilder, index: int) -> None:
        """Append the calls that tell how much a call has left, which is looked at again as long as it lasts."""
        needs = self.draft.calls[index].only_if
        for path, asked, follow in ask_for_lengths(self._boundary, self.draft, builder, index):
            self._borrowed.take_asked(builder, path, asked, follow, needs)

    def builder(
        self,
        function: BoundaryFunction,
        arguments: Values,
        using: LiveHandle | None = None,
        fills_room: bytes = b"",
        told: Mapping[str, int | None] = MappingProxyType({}),
    ) -> CallBuilder:
        """Lay out a call's memory, and append the calls that its handles need; the call itself is not appended."""
        named = members_seen(function.members, arguments) if _looks_at_others(function) else {}
        function = living_arguments(function, self._boundary.scope(named)) if function.variants else function
        function = in_scope(self._boundary, function, arguments, self._boundary.scope(named))
        for each in function.rooms:
            if each.text not in told:
                raise EvaluationError(f"how much `{each.text}` tells is not asked here", each.span)
        rooms = room_told({each.text: told[each.text] for each in function.rooms})
        named = {**named, **rooms}
        scope = self._boundary.scope(named)
        if function.rooms:
            arguments = {**arguments, **told_lengths(function.members, arguments, scope)}
            scope = self._boundary.scope({**named, **members_seen(function.members, arguments)})
        builder = CallBuilder(function, arguments, scope, rooms=rooms)
        if function.status is not None and function.status.asked is not None:
            builder.places[TOLD] = len(self.draft.blocks)
            width, untold = function.status.width, function.status.untold
            self.draft.blocks.append(p.Block(width, width, p.Access.WRITE, untold))
        builder.conditions.extend(self._set_up)
        # What goes on is known once it is known on which handle.
        moved = {n for each in windows_of(function) for n in (each.parameter, each.counter)}
        order = sorted(function.members, key=lambda m: (_follows_from_others(m.shape), m.name in moved))
        listed = {m.name: self._arguments.argument(m, arguments, builder, using) for m in order}
        if moved:
            note_parameters(self.draft, builder)
        builder.listed = tuple([listed[member.name] for member in function.members])
        for live in builder.used if builder.callbacks else ():
            shared_allocators.join(self._boundary, self.draft, builder, live)
        builder.guards += states.none_of_the_callers(builder, self.draft.live)
        result = function.result.shape
        if isinstance(result, HandleShape):
            self._returned(result, builder)
        elif isinstance(result, RecordShape) and (
            (len(self.draft.steps), RESULT_NAME) in self._used_later or function.asks_of_result
        ):
            self._arguments.result(result, builder)
        builder.fills_room = fills_room or filling(len(self.draft.calls))
        builder.follows = (
            *followed(function, builder, self._boundary.handles),
            *looked_at(builder),
        )
        self._handles_read(builder)
        if function.lent is not None:
            self._lend(function.lent, builder)
        for live in builder.doomed:  # last, so that no other handle comes to lie where this one was
            if not self._handles.destroy(live):
                message = f"`{live.life.destroy}` cannot be called, so no `{live.life.name}` is destroyed"
                raise EvaluationError(message, live.life.span)
            builder.conditions.extend(live.gone)
        return builder

    def _returned(self, shape: HandleShape, builder: CallBuilder) -> None:
        """Note that a call returns a handle: where later ones find it, if it is for them."""
        block = self._arguments.result(shape, builder) if isinstance(shape, RecordHandle) else None
        if any(left is shape for _, left in left_by(builder.function)):
            place = p.ValuePlace(width=shape.size) if block is None else None
            builder.made.append((self._boundary.handles[shape.handle], place, block, RESULT_NAME))

    def _as_created(
        self, function: BoundaryFunction, arguments: Values, using: LiveHandle | None, rejects: str
    ) -> Values:
        """Return what a function is given that destroys a handle: with it, what the call was given that made that."""
        life = next((e for e in self._boundary.handles.values() if e.destroy == function.name), None)
        if life is None or not life.destroyed_with:
            return arguments
        refusal = function.refusal(rejects)
        invalid = {root_of(path) for path in refusal.given} if refusal is not None else set()
        handle = next(
            arguments[m.name]
            for m in function.members
            if isinstance(m.shape, HandleShape) and m.shape.handle == life.name
        )
        given: Values = {}
        if isinstance(handle, Earlier):
            given = self.draft.placed[self.draft.steps[handle.call]].arguments
        elif using is not None and using.life is life:
            given = self.draft.placed[using.made].arguments
        elif isinstance(handle, NewHandle):
            given = handle.arguments
        told = {
            n: given[name] for n, name in life.destroyed_with.items() if name in given and n not in invalid
        }
        return {**arguments, **told}

    def _handles_read(self, builder: CallBuilder) -> None:
        """Note that a call may leave handles in an array of the library's: they are in what is read there."""
        read = [path for path, _ in builder.follows]
        arrays = {n: (path_of_array(n), element) for n, _, element in handle_arrays_left(builder.function)}
        for path, _ in left_by(builder.function, builder.arguments):
            name, number = place_in_array(path)
            if name == path or name not in arrays or arrays[name][0] not in read:
                continue
            there, element = arrays[name]
            place = p.ValuePlace(offset=number * element.size, width=element.size, read=read.index(there))
            builder.made.append((self._boundary.handles[element.handle], place, None, path))

    def _lend(self, lent: LentRoom, builder: CallBuilder) -> None:
        """Append the call before this one that lends the room which is filled for it: as much, or a little more."""
        lender = self._boundary.functions[lent.lender]
        live = next((each for each in builder.used if each.life.name == lent.handle), None)
        if live is None:
            return
        contents = builder.arguments.get(lent.lender)
        assert isinstance(contents, bytes)
        size = next(m.shape for m in lender.members if m.name == lent.size)
        assert isinstance(size, ScalarShape)
        most = int(size.highest)
        asked = max(int(size.lowest), min(len(contents) + len(contents) % 3, most))
        arguments: Values = {}
        for member in lender.members:
            handle = isinstance(member.shape, HandleShape)
            arguments[member.name] = NewHandle(lent.handle, {}) if handle else least(member.shape)
        arguments[lent.size] = asked
        lending = self.builder(lender, arguments, live, contents)
        self.ask(lending)
        index = self.append(lending)
        made = self.draft.calls[index]
        slot = self.draft.new_slot()
        self.draft.calls[index] = replace(made, saves=(*made.saves, (slot, p.ValuePlace())))
        builder.needs.append(slot)

    def append(self, builder: CallBuilder) -> int:
        """Append the call that was laid out; return its index."""
        function = builder.function
        assert function.signature is not None
        index = len(self.draft.calls)
        self._say_what_callbacks_do(builder, index)
        given = {path: live.held for path, live in builder.lives.items()}
        if not (builder.refused or self._ending):
            why = forbidden(self._holdings, function, given)
            if why is not None:
                raise EvaluationError(why, function.span)
            builder.conditions.extend(cleared(self._holdings, function, given))
        call = PlanCall.of(function, index, tuple(dict.fromkeys(builder.conditions)))
        left = left_by(function, builder.arguments)
        self._borrowed.end(function, given)
        made = self._holdings.make(function, index, given, left, call, refused=builder.refused)
        moved = list(states.moves(self._boundary, builder, self._holdings.alive, self.draft.new_slot))
        ended = self._holdings.newly_ended() if self.draft.callbacks else []
        looks = self._borrowed.looked_at()
        saves, begun = self._new_handles(builder, index, {each.path: each for each in made})
        moved += begun
        saves = self._with_result_first(builder, saves)
        self._borrowed.take(builder, index, saves, call.needs)
        moved += none_kept(function, saves)
        saves += builder.replaced
        self.draft.calls.append(self._call(builder, index, call, looks, saves, moved))
        self.draft.placed.append(self._placed(builder, looks, ended))
        for number in builder.asked:
            self.draft.placed[number] = replace(self.draft.placed[number], tells=index)
        ask_for_status(self._boundary, self.draft, builder, index)
        settle(builder, index)
        self._note_ends(builder, call)
        return index

    def _say_what_callbacks_do(self, builder: CallBuilder, index: int) -> None:
        """Complete the callbacks that call `index` is given: they may call, free and leave what it is given."""
        for number in builder.callbacks.values():
            callback, placed = self.draft.callbacks[number]
            made = calls_within(self._boundary, self.draft, builder, placed)
            freed = freed_within(self._boundary, builder, placed.shape)
            leaves = left_by_call(self._boundary, placed.shape)
            callback = replace(callback, calls=made, frees=freed, leaves=leaves)
            self.draft.callbacks[number] = (callback, replace(placed, call=index))

    def _call(
        self,
        builder: CallBuilder,
        index: int,
        call: PlanCall,
        looks: Sequence[Borrowed],
        saves: Sequence[tuple[int, p.ValuePlace]],
        moved: Sequence[p.Move],
    ) -> p.Call:
        """Return the call as workers make it."""
        function = builder.function
        status = None if function.status is None else function.status.place(builder.places)
        if status is not None and status.block is not None:
            builder.watched.append(status.block)
        return p.Call(
            symbol=function.declaration.symbol,
            signature=str(function.signature),
            arguments=builder.listed,
            stores=tuple(builder.stores),
            watched=tuple(dict.fromkeys(builder.watched)),
            saves=tuple(saves),
            needs=tuple(builder.needs),
            follows=(*(follow for _, follow in builder.follows), *(each.follow for each in looks)),
            only_if=call.needs,
            retires=self._lent.taken_back(function, builder, index),
            hands=tuple(
                p.OwnershipTransfer(block, taken_when(function, path, index)) for block, path in builder.hands
            ),
            fills=tuple(builder.fills),
            guards=tuple(states.guards(builder)),
            moves=tuple(moved),
            carries=tuple(builder.carries),
            takes_back=tuple(builder.takes_back),
            result_to=builder.result_to,
            status=status,
        )

    def _placed(self, builder: CallBuilder, looks: Sequence[Borrowed], ended: Iterable[Held]) -> PlacedCall:
        """Return what is known of the call besides, which those need who read what has come of it."""
        return PlacedCall(
            builder.function,
            builder.arguments,
            builder.places,
            tuple(path for path, _ in builder.follows),
            builder.storage,
            builder.handles,
            builder.callbacks,
            sizes=self._sizes_within(builder),
            allocated={path: made for path, (made, _) in builder.allocated.items()},
            looks=tuple(each.look for each in looks),
            windows=builder.windows,
            left_at=builder.left_at,
            refused=builder.refused,
            leads_to=builder.leads_to,
            ends=frozenset(each.origin for each in ended),
            preconditions=builder.preconditions,
            asked_first=tuple(builder.asked),
            rooms=builder.rooms,
        )

    def _new_handles(
        self, builder: CallBuilder, index: int, found: Mapping[str, Held]
    ) -> tuple[list[tuple[int, p.ValuePlace]], list[p.Move]]:
        """Note the handles that a call makes; return what of each is saved, and the states in which they begin."""
        function, left = builder.function, dict(left_by(builder.function, builder.arguments))
        saves: list[tuple[int, p.ValuePlace]] = []
        moved: list[p.Move] = []
        for life, place, block, path in builder.made:
            argument: p.Slot | p.Address
            if place is not None and not has_room(function, builder.arguments, path):
                argument = p.Slot(self.draft.new_slot())  # there is none, and later calls of it are not made
            elif place is not None:
                saves.append((self.draft.new_slot(), place))
                argument = p.Slot(saves[-1][0])
            else:
                assert block is not None
                argument = p.Address(block)
            live = LiveHandle(life, index, path, argument, found[path])
            tests = states.tests_of_place(builder, path, left[path], place) if place is not None else ()
            if tests or (path == RESULT_NAME and block is not None):
                # Of a record nothing tells by itself whether the call was made that was to return it.
                live.valid = self.draft.new_slot()
                moved.append(p.Move(live.valid, states.THERE, tests))
            if life.machine is not None:
                live.state = self.draft.new_slot()
                live.once = {each: self.draft.new_slot() for each in life.machine.once}
                moved += states.begins(live, builder)
            live.made_with = {**builder.lives}
            if builder.callbacks:
                shared_allocators.join(self._boundary, self.draft, builder, live)
            self.draft.live.append(live)
        return saves, moved

    def _with_result_first(
        self, builder: CallBuilder, saves: list[tuple[int, p.ValuePlace]]
    ) -> list[tuple[int, p.ValuePlace]]:
        """Return what is saved of a call: what comes back, where later calls need it, and what is to be freed."""
        function = builder.function
        save = next((each for each in saves if each[1].block is None and each[1].read is None), None)
        saves = [each for each in saves if each is not save]
        by_value = builder.result_to is not None
        if save is None and not by_value and (len(self.draft.steps), "result") in self._used_later:
            save = (self.draft.new_slot(), p.ValuePlace(width=function.result.shape.size))
        if freer_of_result(builder) is not None:
            save = (self.draft.new_slot(), p.ValuePlace())
        saves = [save, *saves] if save is not None else saves
        for path, freer in handed_out(function.promise):
            block = builder.places.get(path)
            if block is not None and (function.replaces(path) or tells_success(function)):
                saves.append((self.draft.new_slot(), p.ValuePlace(block)))
                builder.left.append((saves[-1][0], path, freer.text))
        for path, offset, freer in owned_fields(function):
            returned = root_of(path) == RESULT_NAME
            block = builder.result_to if returned else builder.places.get(root_of(path))
            if returned or (block is not None and tells_success(function)):
                saves.append((self.draft.new_slot(), p.ValuePlace(block, offset)))
                builder.left.append((saves[-1][0], path, freer.text))
        return saves

    def _note_ends(self, builder: CallBuilder, call: PlanCall) -> None:
        """Note the handles that a call destroys of which nobody has a reference any more."""
        for live in builder.used:
            held = live.held
            kept = held.references or held.left or held in self._holdings.alive
            if live.life.destroy == builder.function.name and not kept:
                if is_destroyed_in_some_states(live.life) and not self._ending:
                    live.again.append(call.needs)
                else:
                    self.draft.live.remove(live)
                live.gone = (*call.needs, *call.success)
                self.draft.gone.append(live)

    def finish(self) -> None:
        """Destroy what is still alive, the youngest first but for what must outlive another one."""
        self._ending = True
        while self.draft.live:
            free = [live for live in self.draft.live if not self._holdings.is_needed(live.held)]
            live = ([each for each in free if not each.held.late] or free or self.draft.live)[-1]
            live.held.left += live.again
            if not self._handles.destroy(live) or live in self.draft.live:
                self.draft.live.remove(live)
        give_back_arrays(self._boundary, self.draft)
        for name, given in self._boundary.teardown:
            self.call(self._boundary.functions[name], given)

    def _sizes_within(self, builder: CallBuilder) -> dict[str, int]:
        """Return the sizes of the memory into which pointers that come back point."""
        function = builder.function
        shapes = [single(shape) for shape in (function.result.shape, *(m.shape for m in function.members))]
        names = {shape.whose for shape in shapes if isinstance(shape, WithinShape)}
        names |= {each.whose for each in views(function, self._boundary.handles)}
        blocks = {name: self.draft.blocks[builder.memory(name)] for name in names & builder.places.keys()}
        return {name: block.size for name, block in blocks.items() if block is not None}


def _follows_from_others(shape: Shape) -> bool:
    """Tell whether a parameter is laid out after the others: what leads into memory, and what is made from a handle."""
    leads_there = isinstance(shape, EndShape) or place_passed(shape) is not None
    return leads_there or (isinstance(shape, HandleShape) and bool(shape.parent))


@fact
def _looks_at_others(function: BoundaryFunction) -> bool:
    """Tell whether something about a call may depend on its arguments, as its memory does."""
    if isinstance(function.result.shape, PointerShape | HandleShape) or function.result.bounds is not None:
        return True  # the state of a new handle as well
    if function.observers or function.asked_before or any(each.observers for each in function.rejects):
        return True  # what is asked is worked out of them
    return any(not isinstance(member.shape, ScalarShape) for member in function.members)
