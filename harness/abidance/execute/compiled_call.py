"""A call's shape, compiled: everything about it that does not change from case to case."""

from __future__ import annotations

import ctypes
from ctypes import get_errno, set_errno
from dataclasses import dataclass, field
from time import perf_counter_ns, thread_time_ns
from typing import TYPE_CHECKING, Any

from abidance.binding.callable import StubbedCall, bind, through
from abidance.execute.call_results import carry, move_slots, number_at, number_read, read_left
from abidance.plan.call_codec import decode_shape
from abidance.plan.formula import SavedNumber
from abidance.plan.observation import NO_ALLOCATION, PointerReadStatus, Returned
from abidance.plan.plan import Address, Contents, Slot, TextTest, Value, ValuePlace
from abidance.watch.status import PHASE_WORD, WorkerPhase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from abidance.binding.loaded_library import Loaded
    from abidance.plan.observation import CallSideEffects, PointerReadResult
    from abidance.plan.plan import (
        Argument,
        Call,
        Condition,
        EachPointer,
        MemoryChange,
        Move,
        OwnershipTransfer,
        PointerRead,
        Secrets,
        StatusQuestion,
        WindowMove,
    )
    from abidance.plan.reader import Buffer
    from abidance.watch.arena import Arena

_CALLING, _LOOKING = int(WorkerPhase.CALLING), int(WorkerPhase.LOOKING)
_VALUE, _ADDRESS, _SLOT, _CONTENTS, _FRACTION = range(5)
_NARROW = (
    ctypes.c_uint8, ctypes.c_int8, ctypes.c_uint16, ctypes.c_int16, ctypes.c_uint32, ctypes.c_int32,
)  # fmt: skip
"""What a slot may hold of a call's result, besides pointers: a number that a later call is given."""
_UNSIGNED = {1: ctypes.c_uint8, 2: ctypes.c_uint16, 4: ctypes.c_uint32}
LONGEST_REPEATED = 100_000_000
"""For so many nanoseconds one call is made again and again: a slow one is no endless one."""
_Step = tuple[int, Any, int, int]
"""What to do for one argument: kind, ctypes class, and two numbers that the kind explains."""


@dataclass(slots=True)
class EarlierCalls:
    """What the calls of a plan have returned so far, None for those that were not made, and by index their statuses."""

    results: list[bytes | None] = field(default_factory=list)
    statuses: dict[int, bytes] = field(default_factory=dict)

    def add(self, result: bytes | None, status: bytes = b"") -> None:
        """Note what the next call has returned."""
        if status:
            self.statuses[len(self.results)] = status
        self.results.append(result)


@dataclass(frozen=True, slots=True)
class CompiledQuestion:
    """What a worker keeps for what is asked after a call: a function with its arguments; None for `errno`.

    None as well for a number of so many bytes of a `width`, at an offset behind the pointer that is its argument.
    """

    block: int
    function: Any
    arguments: tuple[_Step, ...]
    needs: tuple[int, ...]
    offset: int = 0
    width: int = 0


@dataclass(frozen=True, slots=True)
class CompiledCall:
    """What a worker keeps for a shape. `payload` is the length of the values' bytes that go with it."""

    function: Any
    gated: Any
    target: int
    width: int
    arguments: tuple[_Step, ...]
    stores: tuple[tuple[int, int, _Step], ...]
    watched: tuple[int, ...]
    saves: tuple[tuple[int, ValuePlace], ...]
    needs: tuple[int, ...]
    only_if: tuple[Condition, ...]
    follows: tuple[PointerRead, ...]
    returns: str
    retires: tuple[int, ...]
    hands: tuple[OwnershipTransfer, ...]
    fills: tuple[tuple[int, _Step], ...]
    carries: tuple[tuple[WindowMove, int], ...]
    """Each with where in the payload what comes behind it begins."""
    takes_back: tuple[int, ...]
    payload: int
    highest_block: int
    highest_slot: int
    times: int
    guards: tuple[tuple[int, frozenset[int], int | None], ...]
    unlike: tuple[tuple[int, int], ...]
    """Pairs of slots that keep different numbers, unless both are 0."""
    moves: tuple[Move, ...]
    once: bool
    refuses: int
    views: tuple[tuple[int, int, int], ...]
    change: MemoryChange | None
    secrets: Secrets | None
    each: EachPointer | None
    result_to: int | None
    status: ValuePlace | None
    asks: CompiledQuestion | None
    answers_only: bool
    """Whether there is nothing to be read, saved or seen to after the call but its result."""
    room: bytearray
    fixed: tuple[Any, ...] | None
    """Where all that the call is given are values: its arguments, which lie in `room` as they do in a plan."""

    def is_skipped(self, slots: list[int], earlier: EarlierCalls, addresses: memoryview[int]) -> bool:
        """Tell whether something that the call needs was never made, by what earlier calls have returned.

        Raises ValueError when a condition is about a call that is not an earlier one.
        """
        if not (self.only_if or self.needs or self.guards or self.unlike):
            return False
        for one, other in self.unlike:
            if slots[one] == slots[other] != 0:
                return True
        for slot, numbers, apart in self.guards:
            if slots[slot] == addresses[2 * apart] if apart is not None else slots[slot] not in numbers:
                return True
        for condition in self.only_if:
            if condition.call >= len(earlier.results):
                raise ValueError("a call depends on one that comes later")
            status = earlier.statuses.get(condition.call, b"")
            if not condition.holds(earlier.results[condition.call], status):
                return True
        return any(slots[each] == 0 for each in self.needs)

    def run(
        self,
        arena: Arena,
        values: Buffer,
        at: int,
        slots: list[int],
        status: memoryview[int],
        errno: int,
        elements: Sequence[int] = (),
    ) -> tuple[Any, int, int, CallSideEffects, int]:
        """Make the call with the values' bytes at `at`, and return what came back.

        That is the raw result, `errno`, how many nanoseconds of this thread's processor time it took, what the call did
        on its way, and how often it was made where the time was not enough for all, else 0. Of one that is made for
        `elements`, that is so of the last.
        """
        arguments: Sequence[Any]
        if self.each is not None:
            slots[self.each.slot] = elements[0]
        if self.fixed is None:
            arguments = self.prepare(arena, values, at, slots)
        else:
            self.room[:] = values[at : at + self.payload]
            arguments = self.fixed
        function, enter, leave, target = self.gated, arena.enter, arena.leave, self.target
        status[PHASE_WORD] = _CALLING
        before, earlier = perf_counter_ns(), NO_ALLOCATION
        held = [(block, arena.contents(block)) for block in self.watched] if self.times > 1 else []
        cut = 0
        for made in range(1, self.times):
            set_errno(errno)
            enter(target)
            function(*arguments)
            earlier = leave().after(earlier)
            for block, raw in held:
                arena.store(block, 0, raw)
            if perf_counter_ns() - before > LONGEST_REPEATED and made + 1 < self.times:
                cut = made + 1
                break
        for pointer in elements[1:]:
            assert self.each is not None
            set_errno(errno)
            enter(target)
            function(*arguments)
            earlier = leave().after(earlier)
            slots[self.each.slot] = pointer
            arguments = self.prepare(arena, values, at, slots)
        set_errno(errno)
        if self.refuses:
            arena.refuse(self.refuses)
        if self.change is not None:
            arena.change(self.change.block, self.change.at, self.change.contents)
        before = thread_time_ns()
        enter(target)
        raw = function(*arguments)
        side_effects = leave() if earlier is NO_ALLOCATION else leave().after(earlier)
        nanoseconds = thread_time_ns() - before
        errno = get_errno()
        status[PHASE_WORD] = _LOOKING
        return raw, errno, nanoseconds, side_effects, cut

    @property
    def slots(self) -> frozenset[int]:
        """Return the slots that the call is given."""
        steps = (*self.arguments, *(step for _, _, step in self.stores))
        return frozenset(step[2] for step in steps if step[0] in (_SLOT, _FRACTION))

    def prepare(self, arena: Arena, values: Buffer, at: int, slots: list[int]) -> list[Any]:
        """Store what is stored just before the call, and return its arguments; raises ValueError for a bad view."""
        addresses = arena.addresses
        for block, within, offset in self.views:
            if offset + addresses[2 * block + 1] > addresses[2 * within + 1]:
                raise ValueError("a block does not fit into the one that it lies in")
            addresses[2 * block] = addresses[2 * within] + offset
        for block, offset, step in self.stores:
            arena.store(block, offset, bytes(_argument(step, values, at, slots, addresses)))
        for slot, step in self.fills:
            raw = bytes(_argument(step, values, at, slots, addresses))
            ctypes.memmove(slots[slot], raw, len(raw))
        for move, first in self.carries:
            carry(move, arena, bytes(values[at + first : at + first + len(move.more.raw)]))
        for block in self.takes_back:
            arena.retire(block)
        return [_argument(step, values, at, slots, addresses) for step in self.arguments]

    def ask(
        self,
        arena: Arena,
        values: Buffer,
        at: int,
        slots: list[int],
        raw: Any,
        errno: int,
        status: memoryview[int],
    ) -> None:
        """Ask whether the call has succeeded that came back with `raw`, where that is to be asked; put it into memory.

        What it is asked with may be what the call has left.
        """
        if self.asks is None:
            return
        if self.asks.function is None and not self.asks.width:
            arena.store(self.asks.block, 0, errno.to_bytes(4, "little", signed=True))
            return
        result = bytes(raw) if self.width else b""
        if self.result_to is not None:
            arena.store(self.result_to, 0, result)
        for slot, place in self.saves:
            if place.read is None:
                slots[slot] = number_at(place, result, arena.addresses, slots)
        if any(slots[each] == 0 for each in self.asks.needs):
            return
        given = [_argument(step, values, at, slots, arena.addresses) for step in self.asks.arguments]
        if self.asks.width:
            read = arena.read((given[0].value or 0) + self.asks.offset, self.asks.width, string=False)
            if read.reach is PointerReadStatus.READ:
                arena.store(self.asks.block, 0, read.contents)
            return
        status[PHASE_WORD] = _CALLING
        told = self.asks.function(*given)
        status[PHASE_WORD] = _LOOKING
        arena.store(self.asks.block, 0, bytes(told))

    def status_of(self, arena: Arena, raw: Any) -> bytes:
        """Return what lies right after the call where it tells whether it has succeeded; nothing of most calls."""
        if self.status is None:
            return b""
        result = bytes(raw) if self.width else b""
        return number_at(self.status, result, arena.addresses, []).to_bytes(self.status.width, "little")

    def look(
        self,
        arena: Arena,
        slots: list[int],
        raw: Any,
        errno: int,
        nanoseconds: int,
        side_effects: CallSideEffects,
        cut: int = 0,
    ) -> Returned:
        """Return what a call left, which came back with `raw`."""
        result = bytes(raw) if self.width else b""
        if self.result_to is not None:
            arena.store(self.result_to, 0, result)
        for slot, place in self.saves:
            if place.read is None:
                slots[slot] = number_at(place, result, arena.addresses, slots)
        blocks = tuple([arena.contents(block) for block in self.watched])
        found: list[PointerReadResult] = []
        for each in self.follows:
            found.append(read_left(each, arena, result, slots, found))
        followed = tuple(found)
        if self.moves:
            move_slots(self.moves, result, arena.addresses, slots, followed)
        for slot, place in self.saves:
            if place.read is not None:
                slots[slot] = number_read(place, followed)
        measured = (cut,) if cut else ()
        return Returned(True, result, errno, nanoseconds, blocks, followed, side_effects, measured=measured)


def _argument(step: _Step, values: Buffer, at: int, slots: list[int], addresses: memoryview[int]) -> Any:
    kind, class_, first, second = step
    if kind == _VALUE:
        return class_.from_buffer_copy(values, at + first)
    if kind == _ADDRESS:
        return class_(addresses[2 * first] + second)
    if kind == _SLOT:
        return class_(slots[first])
    if kind == _FRACTION:
        return class_.from_buffer_copy(slots[first].to_bytes(8, "little"))
    if addresses[2 * first + 1] < ctypes.sizeof(class_):
        raise ValueError("a record's block is smaller than the record")
    return class_.from_address(addresses[2 * first])


def _blocks_of(move: WindowMove) -> tuple[int, ...]:
    return move.record, move.counter, move.source, move.target


def compile_call(shape: bytes, loaded: Loaded, gate: int) -> CompiledCall:
    """Return what to do for calls of this shape, which go through the gate at an address, where there is one.

    Raises AttributeError when the library has no such symbol, ValueError when the shape makes no sense.
    """
    call, payload = decode_shape(shape)
    bound = bind(loaded, call.symbol, call.signature)
    if len(bound.parameters) != len(call.arguments):
        raise ValueError(f"`{call.symbol}` is called with {len(call.arguments)} arguments, not its number")
    values = (
        *(store.value for store in call.stores),
        *(fill.value for fill in call.fills),
        *(move.more for move in call.carries),
        *(call.asks.arguments if call.asks is not None else ()),
    )
    ends = _ends((*call.arguments, *values))
    arguments = tuple(
        [
            _step(argument, class_, next(ends))
            for argument, class_ in zip(call.arguments, bound.parameters, strict=True)
        ]
    )
    stores = tuple(
        [(store.block, store.offset, _step(store.value, None, next(ends))) for store in call.stores]
    )
    blocks, slots = _used(call)
    room = bytearray(payload)
    return CompiledCall(
        bound.function,
        *through(bound.function, gate),
        bound.width,
        arguments,
        stores,
        call.watched,
        call.saves,
        call.needs,
        call.only_if,
        call.follows,
        call.signature.rpartition(">")[2],
        call.retires,
        call.hands,
        tuple([(fill.slot, _step(fill.value, None, next(ends))) for fill in call.fills]),
        tuple([(move, next(ends)) for move in call.carries]),
        call.takes_back,
        payload,
        max(blocks, default=-1),
        max(slots, default=-1),
        call.times,
        tuple((g.slot, frozenset(g.numbers), g.apart) for g in call.guards if g.unlike is None),
        tuple((g.slot, g.unlike) for g in call.guards if g.unlike is not None),
        call.moves,
        call.once,
        call.refuses,
        tuple((view.block, view.within, view.offset) for view in call.views),
        call.change,
        call.secrets,
        call.each,
        call.result_to,
        call.status,
        _question(call.asks, loaded, ends),
        call.result_to is None
        and call.status is None
        and not (call.watched or call.follows or call.retires or call.hands or call.saves or call.moves),
        room,
        # A stub is told where they are, and its compiler takes them to be aligned as in C.
        None
        if stores or call.fills or call.carries or call.takes_back or isinstance(bound.function, StubbedCall)
        else _fixed(arguments, room),
    )


def _question(asked: StatusQuestion | None, loaded: Loaded, ends: Iterator[int]) -> CompiledQuestion | None:
    if asked is None:
        return None
    if not asked.symbol:
        steps = tuple([_step(argument, ctypes.c_void_p, next(ends)) for argument in asked.arguments])
        return CompiledQuestion(asked.block, None, steps, asked.needs, asked.offset, asked.width)
    bound = bind(loaded, asked.symbol, asked.signature)
    if len(bound.parameters) != len(asked.arguments):
        raise ValueError(f"`{asked.symbol}` is asked with {len(asked.arguments)} arguments, not its number")
    given = zip(asked.arguments, bound.parameters, strict=True)
    arguments = tuple([_step(argument, class_, next(ends)) for argument, class_ in given])
    return CompiledQuestion(asked.block, bound.function, arguments, asked.needs)


def _fixed(arguments: tuple[_Step, ...], room: bytearray) -> tuple[Any, ...] | None:
    """Return arguments that are values as they lie in `room`, None where one is none or would lie askew there."""
    if any(kind != _VALUE or at % ctypes.alignment(class_) for kind, class_, at, _ in arguments):
        return None
    return tuple([class_.from_buffer(room, at) for _, class_, at, _ in arguments])


def _ends(arguments: Iterable[Argument]) -> Iterator[int]:
    """Yield where in the payload each argument's bytes begin."""
    at = 0
    for argument in arguments:
        yield at
        if isinstance(argument, Value):
            at += len(argument.raw)


def _step(argument: Argument, class_: Any, at: int) -> _Step:
    """Return what to do for an argument; `class_` is None for bytes or a pointer that are stored."""
    match argument:
        case Value(raw):
            class_ = class_ or ctypes.c_char * len(raw)
            if ctypes.sizeof(class_) != len(raw):
                raise ValueError(f"an argument of {ctypes.sizeof(class_)} bytes is given {len(raw)}")
            return _VALUE, class_, at, 0
        case Contents(block):
            return _CONTENTS, class_, block, 0
        case Address() | Slot():
            if (
                class_ is None
                and isinstance(argument, Slot)
                and argument.width < ctypes.sizeof(ctypes.c_void_p)
            ):
                class_ = _UNSIGNED[argument.width]
            class_ = class_ or ctypes.c_void_p
            if isinstance(argument, Slot) and issubclass(class_, (ctypes.c_double, ctypes.c_float)):
                return _FRACTION, class_, argument.index, 0
            fits = (ctypes.c_void_p, ctypes.c_uint64, ctypes.c_int64)
            if not issubclass(class_, (*fits, *_NARROW) if isinstance(argument, Slot) else fits):
                raise ValueError("an address is given where no pointer is taken")  # noqa: TRY004 - as all bad plans
            if isinstance(argument, Slot):
                return _SLOT, class_, argument.index, 0
            return _ADDRESS, class_, argument.block, argument.addend


def _of_secrets(secrets: Secrets) -> tuple[int, ...]:
    """Return every block that is looked at for secrets."""
    return (*secrets.given, *secrets.made, *(part[0] for part in secrets.parts), *secrets.wiped)


def _used(call: Call) -> tuple[list[int], list[int]]:
    """Return every index of a block and of a slot that the call mentions."""
    blocks = [
        *call.watched,
        *call.retires,
        *call.takes_back,
        *(hand.block for hand in call.hands),
        *(store.block for store in call.stores),
        *(each for view in call.views for each in (view.block, view.within)),
        *([call.change.block] if call.change is not None else []),
        *(_of_secrets(call.secrets) if call.secrets is not None else ()),
    ]
    blocks += [call.result_to] if call.result_to is not None else []
    blocks += [guard.apart for guard in call.guards if guard.apart is not None]
    slots = [*call.needs, *(fill.slot for fill in call.fills)]
    slots += [guard.unlike for guard in call.guards if guard.unlike is not None]
    slots += [guard.slot for guard in call.guards] + [move.slot for move in call.moves]
    slots += [call.each.slot] if call.each is not None else []
    slots += [move.within[0] for move in call.moves if move.within is not None]
    places = [place for follow in call.follows for place in (follow.pointer, *follow.numbers)]
    blocks += [follow.within for follow in call.follows if follow.within is not None]
    blocks += [each.within for follow in call.follows for each in follow.behind if each.within is not None]
    places += [call.status] if call.status is not None else []
    tests = [test for move in call.moves for test in move.tests if not isinstance(test, TextTest)]
    places += [test.place for test in tests]
    tests += [test for follow in call.follows for test in follow.when]
    slots += [step.slot for test in tests for step in test.formula if isinstance(step, SavedNumber)]
    for slot, saved in call.saves:
        slots.append(slot)
        places.append(saved)
    slots += [place.slot for place in places if place is not None and place.slot is not None]
    blocks += [place.block for place in places if place is not None and place.block is not None]
    blocks += [block for move in call.carries for block in _blocks_of(move)]
    asked = call.asks
    blocks += [asked.block] if asked is not None else []
    slots += asked.needs if asked is not None else ()
    given = asked.arguments if asked is not None else ()
    for argument in (*call.arguments, *(store.value for store in call.stores), *given):
        match argument:
            case Address(block) | Contents(block):
                blocks.append(block)
            case Slot(index):
                slots.append(index)
            case Value():
                pass
    return blocks, slots
