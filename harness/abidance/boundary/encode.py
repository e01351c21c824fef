"""A test case to a call plan: values become blocks, pointers become relocations, handles become calls.

What a handle needs is put around the call on trial: its create and prepare calls before, its destroy call
after, in reverse order. Argument memory has exactly the size that the contract gives it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from abidance.binding.loaded import INSTANCES
from abidance.boundary.invocations import Reads
from abidance.boundary.memory import blank, pack, pack_scalar
from abidance.boundary.shapes import (
    Array,
    Callback,
    Handle,
    Nothing,
    Opaque,
    Pointer,
    Record,
    Scalar,
    UserData,
    What,
)
from abidance.boundary.sizes import room
from abidance.boundary.values import ROOM, SOMEWHERE, Earlier, Mark, NewHandle, Script
from abidance.boundary.views import members_seen
from abidance.contract.expression import EvaluationError, declared
from abidance.plan import plan as p

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.memory import Records
    from abidance.boundary.model import Boundary, Function, HandleLife
    from abidance.boundary.shapes import Member, Shape
    from abidance.boundary.values import Case, Value, Values

NULL = p.Value(bytes(8))
LOOKS = 4
"""At most so many earlier results are looked at again after each call."""
LONGEST = 1 << 24
"""More than this is never read behind a pointer that comes back, in bytes."""


@dataclass(frozen=True, slots=True)
class PlacedCall:
    """One call of a plan in the boundary's terms: which function, with what, and in which blocks.

    `places` maps the path of every pointer that is not NULL to its block; `follows` the paths (``result``)
    of what is read behind pointers that come back, in the plan's order. `storage` maps the path of a handle
    that the caller allocates to its block, and `handles` that of every handle to the call that made it.
    """

    function: Function
    arguments: Values
    places: Mapping[str, int]
    follows: tuple[str, ...] = ()
    storage: Mapping[str, int] = field(default_factory=dict)
    handles: Mapping[str, int] = field(default_factory=dict)
    callbacks: Mapping[str, int] = field(default_factory=dict)
    """By the path of each callback that it is given, its number in the plan."""
    frees: int | None = None
    """The call whose result this one gives back."""
    looks: tuple[int, ...] = ()
    """The calls whose results are looked at once more after this one, behind what `follows` says."""


@dataclass(frozen=True, slots=True)
class PlacedCallback:
    """A callback of a plan in the boundary's terms: which call is given it, where, and what it answers."""

    path: str
    shape: Callback
    call: int
    answers: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Encoded:
    """A plan, and what each of its calls and callbacks means.

    Of a sequence, `case` is what it was made of, and `steps` are the indexes of its own calls.
    """

    plan: p.Plan
    calls: tuple[PlacedCall, ...]
    callbacks: tuple[PlacedCallback, ...] = ()
    steps: tuple[int, ...] = ()
    case: Case | None = None

    @property
    def subject(self) -> PlacedCall:
        """Return the call on trial."""
        return self.calls[self.plan.subject]


def encode(boundary: Boundary, case: Case) -> Encoded:
    """Return the plan for a case.

    Raises ValueTooWideError for a number that does not fit its C type, and EvaluationError for a length or
    capacity that has no value.
    """
    encoder = _Encoder(boundary, _used_later(case))
    if case.steps:
        for step in case.steps:
            encoder.steps.append(encoder.call(boundary.functions[step.function], step.arguments))
        subject = encoder.steps[-1]
    else:
        subject = encoder.call(boundary.functions[case.function], case.arguments)
    encoder.finish()
    return Encoded(
        _plan(encoder, case, subject),
        tuple(encoder.placed),
        _callbacks(encoder),
        tuple(encoder.steps),
        case if case.steps else None,
    )


def encode_lanes(boundary: Boundary, case: Case, lanes: int, shared: str = "") -> Encoded:
    """Return the plan for a case whose function is called `lanes` times, with its arguments and those beside in turn.

    Every call has memory and handles of its own, but for the handle `shared`. The calls follow one another; the one
    on trial is the first. Raises what `encode` does.
    """
    encoder = _Encoder(boundary, takes_back=False)
    function = boundary.functions[case.function]
    beside = case.arguments if case.beside is None else case.beside
    drafts: list[_Draft] = []
    for number in range(lanes):
        live = next((u for d in drafts for u in d.used if u.life.name == shared), None)
        drafts.append(encoder.draft(function, beside if number % 2 else case.arguments, live))
    indexes = [encoder.append(draft) for draft in drafts]
    for index, draft in zip(indexes, drafts, strict=True):
        encoder.give_back(draft, index)
    encoder.finish()
    return Encoded(_plan(encoder, case, indexes[0]), tuple(encoder.placed), _callbacks(encoder))


def _plan(encoder: _Encoder, case: Case, subject: int) -> p.Plan:
    return p.Plan(
        blocks=tuple(block for block in encoder.blocks if block is not None),
        relocations=tuple(encoder.relocations),
        # Nobody comes after the last call, so nothing need be taken away for them.
        calls=(*encoder.calls[:-1], replace(encoder.calls[-1], retires=())),
        subject=subject,
        flush=p.Flush(case.flush),
        fill=case.fill,
        slots=encoder.slots,
        callbacks=tuple(callback for callback, _ in encoder.callbacks),
    )


def _callbacks(encoder: _Encoder) -> tuple[PlacedCallback, ...]:
    return tuple(placed for _, placed in encoder.callbacks)


def _used_later(case: Case) -> frozenset[tuple[int, str]]:
    """Return the parameters of a sequence's calls that later ones are given again."""
    return frozenset(
        (value.call, value.path)
        for step in case.steps
        for value in step.arguments.values()
        if isinstance(value, Earlier) and not value.handle
    )


Conditions = tuple[tuple[int, tuple[bytes, ...]], ...]


@dataclass(slots=True)
class _Live:
    """A handle that the plan has made and how later calls name it.

    It is destroyed when `exists` holds, and used when `ready` does: when preparing it went well too. `made` is
    the index of the call that made it, `path` where that put it. The blocks that the library may `keep` as long as
    it lives are taken away with it.
    """

    life: HandleLife
    made: int
    path: str
    argument: p.Slot | p.Address
    exists: Conditions
    ready: Conditions
    keeps: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Borrowed:
    """What a call returned that must stay as long as a handle lives, or for good, and how to look at it again."""

    call: int
    follow: p.Follow
    holder: _Live | None


@dataclass(slots=True)
class _Draft:
    """What one call collects while its arguments are laid out.

    `lent` are the blocks that are its own until it comes back, and `keeps` those that live as long as a handle
    of that name; `lifetime` is that of what is laid out now.
    """

    function: Function
    arguments: Values
    scope: Mapping[str, Any]
    listed: tuple[p.Argument, ...] = ()
    follows: tuple[p.Follow, ...] = ()
    places: dict[str, int] = field(default_factory=dict)
    storage: dict[str, int] = field(default_factory=dict)
    watched: list[int] = field(default_factory=list)
    stores: list[p.Store] = field(default_factory=list)
    needs: list[int] = field(default_factory=list)
    conditions: list[tuple[int, tuple[bytes, ...]]] = field(default_factory=list)
    made: list[tuple[HandleLife, p.Place | None, int | None, str]] = field(default_factory=list)
    used: list[_Live] = field(default_factory=list)
    handles: dict[str, int] = field(default_factory=dict)
    lent: list[int] = field(default_factory=list)
    keeps: list[tuple[int, str]] = field(default_factory=list)
    lifetime: str = ""
    callbacks: dict[str, int] = field(default_factory=dict)


class _Encoder:
    def __init__(
        self,
        boundary: Boundary,
        used_later: frozenset[tuple[int, str]] = frozenset(),
        *,
        takes_back: bool = True,
    ) -> None:
        self.boundary = boundary
        self.steps: list[int] = []
        self._used_later = used_later
        self._takes_back = takes_back
        self.blocks: list[p.Block | None] = []
        self.relocations: list[p.Relocation] = []
        self.calls: list[p.Call] = []
        self.placed: list[PlacedCall] = []
        self.slots = 0
        self.callbacks: list[tuple[p.Callback, PlacedCallback]] = []
        self._live: list[_Live] = []
        self._borrowed: list[_Borrowed] = []

    def call(self, function: Function, arguments: Values, using: _Live | None = None) -> int:
        """Append one call, and before it what its handles need; return its index."""
        draft = self.draft(function, arguments, using)
        index = self.append(draft)
        self.give_back(draft, index)
        return index

    def draft(self, function: Function, arguments: Values, using: _Live | None = None) -> _Draft:
        """Lay out a call's memory, and append the calls that its handles need; the call itself is not appended."""
        draft = _Draft(function, arguments, self.boundary.scope(members_seen(function.members, arguments)))
        draft.listed = tuple([self._argument(member, arguments, draft, using) for member in function.members])
        result = function.result.shape
        if isinstance(result, Handle) and function.result.owned:
            draft.made.append((self.boundary.handles[result.handle], p.Place(), None, "result"))
        draft.follows = self._follow(function, draft)
        return draft

    def append(self, draft: _Draft) -> int:
        """Append the call that was laid out; return its index."""
        function, follows = draft.function, draft.follows
        assert function.signature is not None
        index = len(self.calls)
        for number in draft.callbacks.values():
            callback, placed = self.callbacks[number]
            self.callbacks[number] = (callback, replace(placed, call=index))
        success = _successes(function)
        exists: Conditions = (*draft.conditions, *(((index, success),) if success else ()))
        save = None
        for life, place, block, path in draft.made:
            if place is not None:
                save = (self.slots, place)
                self._live.append(_Live(life, index, path, p.Slot(self.slots), exists, exists))
                self.slots += 1
            elif block is not None:
                self._live.append(_Live(life, index, path, p.Address(block), exists, exists))
        if save is None and (len(self.steps), "result") in self._used_later:
            save = (self.slots, p.Place(width=function.result.shape.size))
            self.slots += 1
        looks = self._looks(draft, function)
        lasting = save is None and bool(follows) and _lasting(function)
        if function.result.free is not None or lasting:
            save = (self.slots, p.Place())
            self.slots += 1
        if lasting and follows[0].length is None:
            again = replace(follows[0], pointer=p.Place(slot=self.slots - 1))
            holder = next((live for live in draft.used if live.life.name == _lasting(function)), None)
            self._borrowed.append(_Borrowed(index, again, holder))
        self.calls.append(
            p.Call(
                symbol=function.declaration.symbol,
                signature=str(function.signature),
                arguments=draft.listed,
                stores=tuple(draft.stores),
                watched=tuple(dict.fromkeys(draft.watched)),
                save=save,
                needs=tuple(draft.needs),
                follows=(*follows, *(each.follow for each in looks)),
                only_if=tuple(dict.fromkeys(draft.conditions)),
                retires=self._retired(function, draft, index),
            )
        )
        self.placed.append(
            PlacedCall(
                function,
                draft.arguments,
                draft.places,
                ("result",) * len(follows),
                draft.storage,
                draft.handles,
                draft.callbacks,
                looks=tuple(each.call for each in looks),
            )
        )
        for live in draft.used:
            if live.life.destroy == function.name:
                self._live.remove(live)
        return index

    def give_back(self, draft: _Draft, index: int) -> None:
        """Append the call that frees what call `index` returned, where there is one."""
        free, save = draft.function.result.free, self.calls[index].save
        if free is not None and save is not None:
            self._free(free, index, save[0], draft)

    def _looks(self, draft: _Draft, function: Function) -> list[_Borrowed]:
        """Return what must still be there after this call; a handle that it ends takes what it holds along."""
        ended = [live for live in draft.used if live.life.destroy == function.name]
        self._borrowed = [each for each in self._borrowed if each.holder is None or each.holder not in ended]
        return self._borrowed[-LOOKS:]

    def _retired(self, function: Function, draft: _Draft, index: int) -> tuple[int, ...]:
        """Return the blocks that nobody may touch once this call has come back."""
        if not self._takes_back:
            return ()
        number = len(self.steps)
        pinned = {
            block for path, block in draft.places.items() if (number, path) in self._used_later
        }  # a later call is given them again
        retired = [block for block in draft.lent if block not in pinned]
        for block, handle in draft.keeps:
            holders = [live for live in draft.used if live.life.name == handle]
            holders += [live for live in self._live if live.made == index and live.life.name == handle]
            for live in holders[:1]:
                live.keeps.append(block)
        for live in draft.used:
            if live.life.destroy == function.name:
                retired += live.keeps
        return tuple(retired)

    def _free(self, name: str, index: int, slot: int, draft: _Draft) -> None:
        """Append the call that gives back what call `index` returned, with the handles that this one used."""
        function = self.boundary.functions[name]
        if function.signature is None:
            return
        lives = {live.life.name: live for live in draft.used}
        arguments: list[p.Argument] = []
        values: Values = {}
        for member in function.members:
            values[member.name] = SOMEWHERE
            if isinstance(member.shape, Handle):
                live = lives.get(member.shape.handle)
                arguments.append(live.argument if live else NULL)
                values[member.name] = NewHandle(member.shape.handle, {}) if live else None
            else:
                arguments.append(p.Slot(slot))
        self.calls.append(
            p.Call(function.declaration.symbol, str(function.signature), tuple(arguments), needs=(slot,))
        )
        self.placed.append(PlacedCall(function, values, {}, handles=draft.handles, frees=index))

    def finish(self) -> None:
        """Destroy what is still alive, the youngest first."""
        while self._live:
            live = self._live[-1]
            destroy = live.life.destroy and self.boundary.functions.get(live.life.destroy)
            if not destroy or destroy.signature is None:
                self._live.pop()
                continue
            arguments: Values = {}
            for member in destroy.members:
                if isinstance(member.shape, Handle) and member.shape.handle == live.life.name:
                    arguments[member.name] = NewHandle(live.life.name, {})
                else:
                    arguments[member.name] = _least(member.shape)
            live.ready = live.exists
            self.call(destroy, arguments, using=live)

    def _argument(self, member: Member, arguments: Values, draft: _Draft, using: _Live | None) -> p.Argument:
        value = arguments[member.name]
        if isinstance(value, Earlier) and not value.handle:
            return self._left(value, member, draft)
        match member.shape:
            case Scalar():
                return p.Value(pack_scalar(member.shape, value))
            case Record() | Array():
                return p.Contents(self._place_record(member.shape, value, member.name, draft))
            case Pointer():
                block = self._pointee(member.shape, value, member.name, draft.scope, draft)
                return NULL if block is None else p.Address(block)
            case Handle():
                return self._handle(member.shape, value, member.name, draft, using)
            case Callback() if isinstance(value, Script):
                return self._callback(member.shape, value, member.name, draft)
            case UserData() if value is not None:
                return p.Address(self._user_data(member.name, draft))
            case _:
                return NULL

    def _callback(self, shape: Callback, value: Script, path: str, draft: _Draft) -> p.Slot:
        """Return the slot that a callback's address is in; raises EvaluationError when there are too many."""
        if sum(made.kind == shape.kind for made, _ in self.callbacks) >= INSTANCES:
            message = f"a call is given at most {INSTANCES} callbacks of one type, and this one is given more"
            assert shape.span is not None
            raise EvaluationError(message, shape.span)
        draft.callbacks[path] = len(self.callbacks)
        answers = tuple(_answer(shape.result, answer) for answer in value.answers)
        made = p.Callback(self.slots, shape.kind, shape.sizes, tuple(Reads.of(shape).reads), answers)
        self.callbacks.append((made, PlacedCallback(path, shape, len(self.calls), value.answers)))
        self.slots += 1
        return p.Slot(made.slot)

    def _user_data(self, path: str, draft: _Draft) -> int:
        """Return the block of a pointer that is only handed on: there is nothing in it that could be touched."""
        block = draft.places[path] = self._new_block(p.Block(0, 1, p.Access.READ), draft)
        return block

    def _handle(
        self, shape: Handle, value: Value, path: str, draft: _Draft, using: _Live | None
    ) -> p.Slot | p.Address | p.Value:
        if value is None:
            return NULL
        life = self.boundary.handles[shape.handle]
        if shape.made:
            if life.record and shape.level == 1:
                state = value if isinstance(value, dict) else {}
                block = self._place_record(life.record, state, path, draft, p.Access.WRITE)
                draft.lent.remove(block)
                draft.storage[path] = block
                draft.watched.append(block)
                draft.made.append((life, None, block, path))
                return p.Address(block)
            block = self._new_block(p.Block(8, 8, p.Access.WRITE), draft)
            draft.places[path] = block
            draft.watched.append(block)
            draft.made.append((life, p.Place(block), None, path))
            return p.Address(block)
        if isinstance(value, Earlier):
            live = self._of(value)
        else:
            assert isinstance(value, NewHandle), (path, value)
            live = using if using and using.life.name == shape.handle else self._make(life, value)
        draft.used.append(live)
        draft.handles[path] = live.made
        draft.conditions.extend(live.ready)
        if isinstance(live.argument, p.Slot):
            draft.needs.append(live.argument.index)
        elif life.record:
            draft.storage[path] = live.argument.block
            draft.watched.append(live.argument.block)
            self._set_state(life.record, value.state, live.argument.block, path, draft)
        return live.argument

    def _left(self, value: Earlier, member: Member, draft: _Draft) -> p.Argument:
        """Return what an earlier step left, from where it lies."""
        index = self.steps[value.call]
        if value.path == "result":
            save = self.calls[index].save
            assert save is not None
            return p.Slot(save[0])
        block = self.placed[index].places[value.path]
        if isinstance(member.shape, Pointer):
            draft.places[member.name] = block
            return p.Address(block)
        return p.Contents(block)

    def _of(self, value: Earlier) -> _Live:
        """Return the handle that an earlier step of a sequence made."""
        made = self.steps[value.call]
        return next(live for live in self._live if live.made == made and live.path == value.path)

    def _make(self, life: HandleLife, value: NewHandle) -> _Live:
        create = self.boundary.functions[life.create]
        self.call(create, value.arguments)
        live = self._live[-1]
        for name, given in life.prepare:
            function = self.boundary.functions[name]
            arguments = dict(given)
            for member in function.members:
                if isinstance(member.shape, Handle) and member.shape.handle == life.name:
                    arguments[member.name] = NewHandle(life.name, {})
            index = self.call(function, arguments, using=live)
            if success := _successes(function):
                live.ready = (*live.ready, (index, success))
        return live

    def _set_state(self, record: Record, state: Values, block: int, path: str, draft: _Draft) -> None:
        """Set the described fields of a caller-allocated handle anew, just before the call."""
        scope = self.boundary.scope(state, outer=draft.scope)
        for member in record.members:
            if member.name not in state or member.bits:
                continue
            inner, value = f"{path}.{member.name}", state[member.name]
            if isinstance(member.shape, Pointer):
                target = self._pointee(member.shape, value, inner, scope, draft)
                put: p.Value | p.Address | p.Slot = NULL if target is None else p.Address(target)
            elif isinstance(member.shape, Callback) and isinstance(value, Script):
                put = self._callback(member.shape, value, inner, draft)
            elif isinstance(member.shape, UserData) and value is not None:
                put = p.Address(self._user_data(inner, draft))
            else:
                raw = bytearray(member.shape.size)
                pack(member.shape, value, raw, 0, inner, _no_pointer)
                put = p.Value(bytes(raw))
            draft.stores.append(p.Store(block, member.offset, put))

    def _pointee(
        self, shape: Pointer, value: Value, path: str, scope: Mapping[str, Any], draft: _Draft
    ) -> int | None:
        if value is None:
            return None
        index = self._new_block(None, draft, shape.lifetime)
        access = p.Access.WRITE if shape.direction.written else p.Access.READ
        outer, draft.lifetime = draft.lifetime, shape.lifetime or draft.lifetime
        contents = self._contents(shape, value, path, scope, draft, index)
        draft.lifetime = outer
        size = max(len(contents), room(shape, value, scope))
        align = max(shape.element.align if shape.what in (What.ONE, What.ARRAY) else 1, shape.align_to)
        if any(store.block == index for store in draft.stores):
            access = p.Access.WRITE  # a handle is stored there just before the call
        kept = (shape.lifetime or draft.lifetime) == "static"
        self.blocks[index] = p.Block(size, align, access, contents, kept)
        draft.places[path] = index
        if access is p.Access.WRITE:
            draft.watched.append(index)
        return index

    def _contents(
        self, shape: Pointer, value: Value, path: str, scope: Mapping[str, Any], draft: _Draft, block: int
    ) -> bytes:
        if isinstance(value, Mark):
            return b""
        match shape.what:
            case What.BYTES:
                assert isinstance(value, bytes)
                return value
            case What.STRING:
                assert isinstance(value, bytes)
                return value + b"\0"
            case What.ARRAY if isinstance(value, bytes):
                return value
            case What.ARRAY:
                assert isinstance(value, list)
                raw = bytearray(len(value) * shape.element.size)
                for n, item in enumerate(value):
                    at = n * shape.element.size
                    self._pack(shape.element, item, raw, at, f"{path}[{n}]", scope, draft, block)
                return bytes(raw)
            case What.ONE:
                raw = bytearray(shape.element.size)
                self._pack(shape.element, value, raw, 0, path, scope, draft, block)
                return bytes(raw)

    def _place_record(
        self,
        shape: Record | Array,
        value: Value,
        path: str,
        draft: _Draft,
        access: p.Access = p.Access.READ,
    ) -> int:
        index = self._new_block(None, draft)
        raw = bytearray(shape.size)
        self._pack(shape, value, raw, 0, path, draft.scope, draft, index)
        if any(store.block == index for store in draft.stores):
            access = p.Access.WRITE
        self.blocks[index] = p.Block(shape.size, shape.align, access, bytes(raw))
        return index

    def _pack(
        self,
        shape: Shape,
        value: Value,
        into: bytearray,
        at: int,
        path: str,
        scope: Mapping[str, Any],
        draft: _Draft,
        block: int,
    ) -> None:
        def pointer(kind: Shape, item: Value, offset: int, where: str, around: Records) -> None:
            if isinstance(kind, Pointer):
                inner = self.boundary.scope(*around, outer=scope)
                target = self._pointee(kind, item, where, inner, draft)
                if target is not None:
                    self.relocations.append(p.Relocation(block, offset, target))
            elif isinstance(kind, Handle):
                argument = self._handle(kind, item, where, draft, None)
                draft.stores.append(p.Store(block, offset, argument))
            elif isinstance(kind, Callback) and isinstance(item, Script):
                put = self._callback(kind, item, where, draft)
                draft.stores.append(p.Store(block, offset, put))
            elif isinstance(kind, UserData) and item is not None:
                self.relocations.append(p.Relocation(block, offset, self._user_data(where, draft)))

        pack(shape, value, into, at, path, pointer)

    def _new_block(self, block: p.Block | None, draft: _Draft, lifetime: str = "") -> int:
        index = len(self.blocks)
        self.blocks.append(block)
        lifetime = lifetime or draft.lifetime
        if not lifetime or lifetime == "call":
            draft.lent.append(index)
        elif lifetime != "static":
            draft.keeps.append((index, lifetime))
        return index

    def _follow(self, function: Function, draft: _Draft) -> tuple[p.Follow, ...]:
        shape = function.result.shape
        if not isinstance(shape, Pointer):
            return ()
        if shape.what is What.STRING:
            return (p.Follow(p.Place(), string=True, limit=LONGEST),)
        if shape.what is What.ONE:
            return (p.Follow(p.Place(), limit=shape.element.size),)
        if shape.length is None:
            return ()
        size = 1 if shape.what is What.BYTES else shape.element.size
        told = draft.places.get(declared(shape.length.text.strip()))
        if told is not None:
            length = p.Place(told, 0, self._pointee_size(told))
            return (p.Follow(p.Place(), length=length, scale=size, limit=LONGEST),)
        known = shape.length.evaluate(draft.scope) if shape.length.names <= draft.scope.keys() else None
        if isinstance(known, int) and 0 <= known <= LONGEST:
            return (p.Follow(p.Place(), limit=known * size),)
        return ()

    def _pointee_size(self, block: int) -> int:
        found = self.blocks[block]
        assert found is not None
        return min(found.size, 8)


def _lasting(function: Function) -> str:
    """Return what the memory that a result points at lasts as long as: a handle's name, or ``static``."""
    shape = function.result.shape
    lifetime = shape.lifetime if isinstance(shape, Pointer) else ""
    return "" if lifetime == "call" else lifetime


def _successes(function: Function) -> tuple[bytes, ...]:
    """Return the results that mean success, as bytes; none when the function tells no status."""
    shape = function.result.shape
    return (
        tuple(pack_scalar(shape, s) for s in sorted(function.result.ok)) if isinstance(shape, Scalar) else ()
    )


def _answer(shape: Shape, answer: Value) -> bytes:
    return pack_scalar(shape, answer) if isinstance(shape, Scalar) else bytes(8)


def _least(shape: Shape) -> Value:
    match shape:
        case Callback() | UserData():
            return blank(shape)
        case Scalar():
            return int(max(shape.lowest, min(0, shape.highest)))
        case Nothing() | Opaque():
            return None
        case Pointer() if not shape.direction.read:
            return ROOM
    return None


def _no_pointer(_shape: Shape, _value: Value, _at: int, _path: str, _around: object) -> None:
    """Leave a pointer inside a handle's state NULL."""
