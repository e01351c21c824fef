"""The arguments of a plan's calls: numbers, memory, handles, callbacks, and what earlier calls left."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.binding.loaded_library import INSTANCES
from abidance.boundary.encode.blocks import NULL, Blocks
from abidance.boundary.encode.callback_reads import Reads, comparands
from abidance.boundary.encode.encoded_plan import PlacedCall, PlacedCallback
from abidance.boundary.encode.handle_places import as_taken, kind_at, left_by, place_in_array
from abidance.boundary.encode.windows import Windows, move
from abidance.boundary.model.callbacks import NEVER, CallbackShape, EarlierCallbackShape
from abidance.boundary.model.ownership import owned_memory
from abidance.boundary.model.traversal import beside, handles_left_in, record_of, windows, windows_of
from abidance.boundary.model.types import (
    ArrayShape,
    EndShape,
    HandleShape,
    NothingShape,
    NumberHandle,
    PointerShape,
    RecordHandle,
    RecordShape,
    ScalarShape,
    UserDataShape,
    WithinShape,
)
from abidance.boundary.model.values import Earlier, NewHandle, Script
from abidance.boundary.resolve.allocators import answers, part_of
from abidance.boundary.resolve.transfers import size_member, succeeded
from abidance.boundary.values.callback_files import file_answer, position
from abidance.boundary.values.callback_writes import most_answered, writes
from abidance.boundary.values.memory import extent, pack, pack_scalar
from abidance.boundary.values.sizes import count
from abidance.contract.expression import EvaluationError
from abidance.core.catalogue import EXPRESSION_FAILED
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import PlanTooLargeError
from abidance.ir.layout import AddressConstant
from abidance.plan import plan as p
from abidance.plan.callback_script import MOST_CURSORS, NO_BLOCK, CallbackScript

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from abidance.boundary.encode.call_state import CallBuilder, LiveHandle, PlanDraft
    from abidance.boundary.encode.holdings import Holdings
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.types import Member, Shape
    from abidance.boundary.model.values import Case, Value, Values


class Arguments:
    """Lays out the arguments of calls; `make` appends the calls that make a handle and prepare it."""

    def __init__(
        self,
        boundary: Boundary,
        case: Case,
        draft: PlanDraft,
        holdings: Holdings,
        make: Callable[[HandleLife, NewHandle, LiveHandle | None, str], LiveHandle],
    ) -> None:
        self._boundary = boundary
        self._draft = draft
        self._holdings = holdings
        self._make = make
        self._blocks = Blocks(boundary, case, draft, self._pointer)
        self._allocators = 0
        self._cursors = 0

    def argument(
        self, member: Member, arguments: Values, builder: CallBuilder, using: LiveHandle | None
    ) -> p.Argument:
        value = arguments[member.name]
        if isinstance(value, Earlier) and not value.handle:
            return self._left(value, member, builder)
        if (block := self._going_on(member, arguments, builder)) is not None:
            return p.Address(block)
        match member.shape:
            case ScalarShape():
                return p.Value(pack_scalar(member.shape, value))
            case RecordShape() | ArrayShape():
                return p.Contents(self._blocks.place_record(member.shape, value, member.name, builder))
            case HandleShape() as shape:
                given = self._handle(shape, value, member.name, builder, using)
                if shape.behind_pointer:
                    return self._behind_pointer(shape, given, member.name, builder)
                return as_taken(shape, given)
            case _:
                return self._pointer(member.shape, value, member.name, builder.scope, builder)

    def _behind_pointer(
        self, shape: HandleShape, given: p.Slot | p.Address | p.Value, path: str, builder: CallBuilder
    ) -> p.Address:
        """Return where the caller has a handle that is passed so."""
        block = self._blocks.new_block(p.Block(shape.size, shape.align, p.Access.WRITE), builder)
        if isinstance(given, p.Slot):
            given = replace(given, width=shape.size)
        builder.stores.append(p.Store(block, 0, given))
        builder.places[path] = block
        builder.watched.append(block)
        if shape.replaced and isinstance(given, p.Slot):
            builder.replaced.append((given.index, p.ValuePlace(block, width=shape.size)))
        return p.Address(block)

    def _going_on(self, member: Member, arguments: Values, builder: CallBuilder) -> int | None:
        """Return the block of a variable that an earlier call was given, whose windows go on in this one."""
        found: int | None = None
        for each in windows_of(builder.function):
            if member.name not in (each.parameter, each.counter):
                continue
            path, live = next(iter(builder.lives.items()), ("", None))
            handle = arguments.get(path)
            earlier = live.windows.get(each.key) if live is not None else None
            if not isinstance(handle, Earlier) or each.key not in handle.goes_on:
                continue
            value = arguments[each.parameter]
            if live is None or earlier is None or earlier.shape != each.window.shape or value is None:
                continue
            found = earlier.record if member.name == each.parameter else earlier.counter
            builder.places[member.name] = found
            builder.watched.append(found)
            builder.lent.append(found)
            if member.name != each.parameter:
                continue
            scope, more = builder.scope, arguments[each.parameter]
            if isinstance(value, dict):
                scope, more = self._boundary.scope(value, outer=scope), value[each.window.name]
            move(self._blocks, each.path, earlier, more, scope, live, builder)
        if found is not None and isinstance(value := arguments[member.name], dict):
            self._set_again(member, value, found, builder)
        return found

    def _set_again(self, member: Member, value: Values, block: int, builder: CallBuilder) -> None:
        """Set the fields of a record some of whose windows go on that belong to none of these."""
        record = record_of(member.shape)
        assert record is not None
        on = {path.rpartition(".")[2] for path in builder.windows if path.startswith(f"{member.name}.")}
        pairs = [(w.name, c.name) for w, c in windows(record.members)]
        settled = {name for window, count in pairs if window in on for name in (window, count)}
        positions = {
            each.shape.position
            for each in record.members
            if isinstance(each.shape, PointerShape) and each.name in settled
        }
        scope = self._boundary.scope(value, outer=builder.scope)
        for each in record.members:
            if each.name in settled | positions or each.bits or each.name not in value:
                continue
            builder.stores.append(
                p.Store(block, each.offset, self._stored(each, value[each.name], member.name, scope, builder))
            )

    def _stored(
        self, member: Member, value: Value, path: str, scope: Mapping[str, object], builder: CallBuilder
    ) -> p.Value | p.Address | p.Slot:
        """Return what is stored in a field of a record just before a call."""
        inner = f"{path}.{member.name}"
        if isinstance(member.shape, PointerShape | CallbackShape | UserDataShape):
            return self._pointer(member.shape, value, inner, scope, builder)
        raw = bytearray(member.shape.size)
        pack(member.shape, value, raw, 0, inner, _no_pointer)
        return p.Value(bytes(raw))

    def _pointer(
        self, shape: Shape, value: Value, path: str, scope: Mapping[str, object], builder: CallBuilder
    ) -> p.Slot | p.Address | p.Value:
        """Return what stands for a pointer of any kind, also where it lies in memory."""
        if isinstance(value, AddressConstant):
            return p.Value(value.address.to_bytes(8, "little"))
        if isinstance(shape, PointerShape):
            shape = owned_memory(shape, scope)
        match shape:
            case PointerShape() if shape.alloc and value is not None:
                return self._allocated(shape, value, path, scope, builder)
            case PointerShape():
                block = self._blocks.pointee(shape, value, path, scope, builder)
                self._handles_left(shape, block, path, builder)
                return NULL if block is None else p.Address(block)
            case HandleShape():
                return self._handle(shape, value, path, builder, None)
            case CallbackShape() if isinstance(value, Script):
                return self._callback(shape, value, path, builder)
            case EarlierCallbackShape() if isinstance(value, Script):
                another = replace(shape.each[0].shape, lifetime=NEVER, until=())
                return self._callback(another, value, path, builder)
            case EndShape() if value is not None and (begin := beside(path, shape.whose)) in builder.places:
                block = builder.memory(begin)
                placed = self._draft.blocks[block]
                assert placed is not None
                return p.Address(block, placed.size)
            case WithinShape() if isinstance(value, int) and shape.whose in builder.places:
                return p.Address(builder.memory(shape.whose), value * shape.unit)
            case UserDataShape() if value is not None:
                return p.Address(self._user_data(path, builder))
            case _:
                return NULL

    def _callback(self, shape: CallbackShape, value: Script, path: str, builder: CallBuilder) -> p.Slot:
        """Return the slot that a callback's address is in; raises PlanTooLargeError when there are too many."""
        if sum(made.kind == shape.kind for made, _ in self._draft.callbacks) >= INSTANCES:
            message = f"a call can take at most {INSTANCES} callbacks of one type, and this one takes more"
            assert shape.span is not None
            raise PlanTooLargeError(Diagnostic(EXPRESSION_FAILED, message, (Label(shape.span),)))
        builder.callbacks[path] = len(self._draft.callbacks)
        reads = Reads.of(shape)
        answers = self._answers(shape.result, value, path, builder, allocates=shape.allocates is not None)
        whose = shape.file.reader if shape.file is not None else path.rpartition(".")[2]
        shares = shape.file is not None or shape.goes_on or shape.whole
        cursor = self._cursor(beside(path, whose), shape, builder) if shares else None
        made = CallbackScript(
            self._draft.new_slot(),
            shape.kind,
            shape.sizes,
            tuple(reads.reads),
            answers or (b"",) * (shape.file is not None),
            tuple(
                writes(
                    shape,
                    value.written,
                    builder.scope,
                    lambda lent, given, where: self._lent(lent, given, f"{path}.{where}", builder),
                    value.answers,
                )
            ),
            isinstance(shape.result, PointerShape),
            part_of(shape, self._allocator(path, builder), builder.scope),
            gives=isinstance(shape.result, PointerShape) and shape.result.handed,
            lasting=shape.lifetime == "static",
            by=comparands(shape, reads) if value.by_content else (),
            most=most_answered(shape, builder.scope),
            position=position(shape, value, builder.scope, cursor),
            file=file_answer(shape, value, builder.scope, cursor),
        )
        self._draft.callbacks.append((made, PlacedCallback(path, shape, len(self._draft.calls), value)))
        return p.Slot(made.slot)

    def _allocator(self, path: str, builder: CallBuilder) -> int:
        """Return the number of an allocator: callbacks that stand beside each other are parts of one."""
        beside = path.rpartition(".")[0]
        if beside not in builder.allocators:
            builder.allocators[beside] = self._allocators
            self._allocators += 1
        return builder.allocators[beside]

    def _cursor(self, reader: str, shape: CallbackShape, builder: CallBuilder) -> int:
        """Return the number of the position at which the callback at a path reads."""
        number = builder.cursors.setdefault(reader, self._cursors)
        self._cursors = max(self._cursors, number + 1)
        if number >= MOST_CURSORS:
            message = f"a case has {MOST_CURSORS} callbacks at most that read where others tell them to"
            assert shape.span is not None
            raise PlanTooLargeError(Diagnostic(EXPRESSION_FAILED, message, (Label(shape.span),)))
        return number

    def _answers(
        self, shape: Shape, value: Script, path: str, builder: CallBuilder, *, allocates: bool
    ) -> tuple[bytes, ...]:
        """Return a callback's answers; what they point at is there until the plan ends."""
        if isinstance(shape, NothingShape):
            return (b"",) * len(value.written)
        if allocates:
            return answers(value.answers)
        if not isinstance(shape, PointerShape):
            return tuple(_answer(shape, answer) for answer in value.answers)
        shape = replace(shape, handed=False)  # what is handed over are copies of these blocks
        found = [
            self._lent(shape, answer, f"{path}.result[{n}]", builder)
            for n, answer in enumerate(value.answers)
        ]
        return tuple(struct.pack("<Q", block) for block in found)

    def _lent(self, shape: PointerShape, value: Value, path: str, builder: CallBuilder) -> int:
        """Return the block of what a callback hands out a pointer to, which is there until the plan ends."""
        lent = len(builder.lent)
        block = self._blocks.pointee(shape, value, path, builder.scope, builder)
        del builder.lent[lent:]
        return NO_BLOCK if block is None else block

    def _allocated(
        self, shape: PointerShape, value: Value, path: str, scope: Mapping[str, object], builder: CallBuilder
    ) -> p.Slot:
        """Return the slot that memory from a function of the library is in, which a call before this one asks for."""
        function = self._boundary.functions[shape.alloc]
        assert function.signature is not None
        raw = self._blocks.bytes_of(shape, value, path, scope, builder)
        size = size_member(function)
        assert size is not None
        assert isinstance(size.shape, ScalarShape)
        slot = p.Slot(self._draft.new_slot())
        builder.allocated[path] = (len(self._draft.calls), shape.free)
        builder.needs.append(slot.index)
        builder.fills.append(p.Fill(slot.index, p.Value(raw)))
        asked = p.Value(pack_scalar(size.shape, len(raw)))
        self._draft.calls.append(
            p.Call(
                function.declaration.symbol,
                str(function.signature),
                (asked,),
                saves=((slot.index, p.ValuePlace()),),
                only_if=tuple(dict.fromkeys(builder.conditions)),
            )
        )
        self._draft.placed.append(PlacedCall(function, {size.name: len(raw)}, {}))
        return slot

    def _user_data(self, path: str, builder: CallBuilder) -> int:
        """Return the block of a pointer that is only handed on: there is nothing in it that could be touched."""
        block = builder.places[path] = self._blocks.new_block(p.Block(0, 1, p.Access.READ), builder)
        return block

    def _handle(
        self, shape: HandleShape, value: Value, path: str, builder: CallBuilder, using: LiveHandle | None
    ) -> p.Slot | p.Address | p.Value:
        known = value is None or isinstance(value, int)
        if isinstance(shape, NumberHandle) and not (shape.made and shape.level > 1) and known:
            return p.Value(pack_scalar(shape.number, shape.none if value is None else value))
        if value is None:
            return NULL
        if isinstance(value, AddressConstant):
            return p.Value(value.address.to_bytes(8, "little"))
        life = self._boundary.handles[shape.handle]
        if shape.made:
            if life.record and shape.level == 1 and isinstance(value, Earlier):
                return self._renewed(life.record, value, path, builder)
            if life.record and shape.level == 1:
                state = value if isinstance(value, dict) else {}
                block = self._storage(life, state, path, builder)
                builder.storage[path] = block
                builder.watched.append(block)
                builder.made.append((life, None, block, path))
                return p.Address(block)
            room = p.Block(shape.size, shape.align, p.Access.WRITE, shape.initially)
            block = self._blocks.new_block(room, builder)
            builder.places[path] = block
            builder.watched.append(block)
            builder.made.append((life, p.ValuePlace(block, width=shape.size), None, path))
            return p.Address(block)
        if isinstance(value, Earlier):
            live = self._of(value)
        else:
            assert isinstance(value, NewHandle), (path, value)
            made = using if using and using.life.name == shape.handle else None
            if using is not None and made is None and builder.function.name == using.life.destroy:
                held = {each for each in using.held.made_from if each.handle == shape.handle}
                made = next((each for each in self._draft.live if each.held in held), None)
            live = made or self._make(
                life, value, builder.lives.get(shape.parent), kind_at(builder.function, shape.parent)
            )
        destroyed = value.destroyed if isinstance(value, NewHandle) else bool(value.destroyed_by)
        if destroyed and live.state is not None:
            builder.destroyed.append(live.state)
        if isinstance(value, NewHandle) and destroyed:
            builder.doomed.append(live)
        elif live in self._draft.live and not destroyed:
            builder.used.append(live)
            builder.lives[path] = live
            builder.conditions.extend(self._holdings.needed(builder.function, shape, live.held))
        builder.handles[path], builder.left_at[path] = live.made, live.path
        if value.within:
            builder.within[live.made], builder.refused = frozenset(value.within), True
        # One whose end was not made, for its state, is there still.
        builder.conditions.extend((*live.prepared, *(live.gone if destroyed else ())))
        if live.valid is not None:
            builder.there.append(live.valid)
        if isinstance(shape, NumberHandle):
            return live.argument  # 0 may be one, so that it is there does not follow from its slot
        if isinstance(live.argument, p.Slot):
            builder.needs.append(live.argument.index)
        elif life.record:
            builder.storage[path] = live.argument.block
            builder.watched.append(live.argument.block)
            on = value.goes_on if isinstance(value, Earlier) else ()
            self._set_state(live, life.record, value.state, on, path, builder)
        return live.argument

    def _handles_left(self, shape: PointerShape, block: int | None, path: str, builder: CallBuilder) -> None:
        """Note that a call may leave handles in an array."""
        element = handles_left_in(shape)
        if element is None or block is None:
            return
        life = self._boundary.handles[element.handle]
        for left, _ in left_by(builder.function, builder.arguments):
            name, number = place_in_array(left)
            if name == path and left != name:
                place = p.ValuePlace(block, number * element.size, element.size)
                builder.made.append((life, place, None, left))

    def result(self, shape: RecordHandle | RecordShape, builder: CallBuilder) -> int:
        """Have a record that comes back by value stored where later calls find it; return that block."""
        builder.result_to = self._blocks.new_block(p.Block(shape.size, shape.align, p.Access.WRITE), builder)
        builder.lent.remove(builder.result_to)
        return builder.result_to

    def _renewed(self, record: RecordShape, value: Earlier, path: str, builder: CallBuilder) -> p.Address:
        """Return the memory of a handle that was destroyed, for a new one: it holds what the library left there."""
        gone = self._of(value)
        assert isinstance(gone.argument, p.Address)
        block, life = gone.argument.block, gone.life
        there = self._draft.blocks[block]
        if life.size is not None and there is not None and there.size < count(life.size, builder.scope):
            message = f"the memory of the `{life.name}` that was destroyed is smaller than the new one"
            raise EvaluationError(message, life.size.span)
        builder.conditions.extend(gone.gone)
        if gone.state is not None:
            builder.destroyed.append(gone.state)
        if life.zeroed:
            cleared = self._draft.blocks[block]
            builder.stores.append(p.Store(block, 0, p.Value(bytes(cleared.size if cleared else record.size))))
        self._set_state(gone, record, value.state, (), path, builder)
        builder.storage[path] = block
        builder.watched.append(block)
        builder.made.append((life, None, block, path))
        return gone.argument

    def _storage(self, life: HandleLife, state: Values, path: str, builder: CallBuilder) -> int:
        """Return the block of a handle that the caller allocates: all but what it sets there first holds anything."""
        assert life.record is not None
        relocations, stores = self._draft.relocations, len(builder.stores)
        pointing = len(relocations)
        block = self._blocks.place_record(life.record, state, path, builder, p.Access.WRITE)
        builder.lent.remove(block)
        # Where a window leads that is there before the handle is, nobody knows once it is created.
        builder.windows = {at: each for at, each in builder.windows.items() if each.record != block}
        given = self._draft.blocks[block]
        if life.size is not None and given is not None:
            size = count(life.size, builder.scope)
            if size < life.record.size:
                message = (
                    f"a `{life.spelling}` has {life.record.size} bytes, and `size` of the handle is {size}"
                )
                raise EvaluationError(message, life.size.span)
            contents = given.contents.ljust(size, b"\0") if life.zeroed else given.contents
            given = replace(given, size=size, contents=contents)
            self._draft.blocks[block] = given
        if life.zeroed or given is None:
            return block
        self._draft.blocks[block] = replace(given, contents=b"")
        builder.stores[stores:stores] = [
            p.Store(block, first, p.Value(given.contents[first:end]))
            for first, end in (extent(m) for m in life.record.members if m.name in state)
        ]
        own = [each for each in relocations[pointing:] if each.block == block]
        relocations[pointing:] = [each for each in relocations[pointing:] if each.block != block]
        builder.stores += [p.Store(block, each.offset, p.Address(each.target, each.addend)) for each in own]
        return block

    def _left(self, value: Earlier, member: Member, builder: CallBuilder) -> p.Argument:
        """Return what an earlier step left, from where it lies."""
        if isinstance(member.shape, EarlierCallbackShape | UserDataShape):
            return self._given_before(value, builder)
        index = self._draft.steps[value.call]
        block = self._draft.calls[index].result_to
        if value.path == "result" and block is None:
            return p.Slot(self._draft.calls[index].saves[0][0])
        if value.path != "result":
            block = self._draft.placed[index].places.get(value.path)
        if block is None:
            if getattr(member.shape, "nullable", False) is True:
                return NULL
            message = (
                f"`{value.path}` of an earlier step is NULL, and `{member.name}` is computed from its target"
            )
            raise EvaluationError(message, member.promised)
        if isinstance(member.shape, PointerShape):
            builder.places[member.name] = block
            builder.watched.append(block)
            return p.Address(block)
        return p.Contents(block)

    def _given_before(self, value: Earlier, builder: CallBuilder) -> p.Slot | p.Address | p.Value:
        """Return a callback, or user data, that an earlier step was given; the call is made where that succeeded.

        So must have that one which has taken it back, where it is to be gone.
        """
        index = self._draft.steps[value.call]
        for each in (index, *((self._draft.steps[value.destroyed_by],) if value.destroyed_by else ())):
            done = self._draft.placed[each].function
            builder.conditions += (p.Condition(each, (), signed=False), *succeeded(done, each))
        placed = self._draft.placed[index]
        if (number := placed.callbacks.get(value.path)) is not None:
            return p.Slot(self._draft.callbacks[number][0].slot)
        block = placed.places.get(value.path)
        return NULL if block is None else p.Address(block)

    def _of(self, value: Earlier) -> LiveHandle:
        """Return the handle that an earlier step of a sequence made, and perhaps another one has destroyed."""
        made, known = (
            self._draft.steps[value.call],
            self._draft.gone if value.destroyed_by else self._draft.live,
        )
        return next(live for live in known if live.made == made and live.path == value.path)

    def _set_state(
        self,
        live: LiveHandle,
        record: RecordShape,
        state: Values,
        on: tuple[str, ...],
        path: str,
        builder: CallBuilder,
    ) -> None:
        """Set the described fields of a caller-allocated handle anew before a call, but for windows that go on."""
        assert isinstance(live.argument, p.Address)
        block = live.argument.block
        scope = self._boundary.scope(state, outer=builder.scope)
        windows = Windows(self._draft, self._blocks, record, block, path, live)
        settled = windows.go_on(state, on, scope, builder) if live in self._draft.live else frozenset()
        for member in record.members:
            if member.name not in state or member.bits or member.name in settled:
                continue
            put = self._stored(member, state[member.name], path, scope, builder)
            builder.stores.append(p.Store(block, member.offset, put))
        if live in self._draft.live:
            windows.begin(state, settled, builder)


def _answer(shape: Shape, answer: Value) -> bytes:
    if isinstance(shape, RecordShape):
        raw = bytearray(shape.size)
        pack(shape, answer, raw, 0, "", _no_pointer)
        return bytes(raw)
    return pack_scalar(shape, answer) if isinstance(shape, ScalarShape) else bytes(8)


def _no_pointer(_shape: Shape, _value: Value, _at: int, _path: str, _around: object) -> None:
    """Leave a pointer inside a handle's state NULL."""
