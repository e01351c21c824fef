"""Calls as bytes, and back.

A call is two parts: its *shape* (symbol, signature, where everything comes from) and its *payload* (the bytes
of its values), so that the worker compiles a shape once and meets it again in most cases.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, TypeVar

from abidance.plan.formula import NumberLeft, Operator, SavedNumber, Step, is_whole
from abidance.plan.layout import (
    ARGUMENT,
    CARRY,
    CONDITION,
    COUNT,
    DEEPEST,
    ELEMENTS,
    FOLLOW,
    INNER,
    MOVE,
    PLACE,
    RESULT,
    SAVED,
    SECRET_PART,
    SIGNED_RANGE,
    STEP,
    STORE,
    SUMMAND,
    TAIL,
    UNSIGNED_RANGE,
    WAS_READ,
)
from abidance.plan.plan import (
    MOST_REFUSED,
    MOST_TIMES,
    SIGNED,
    Address,
    Argument,
    Call,
    Condition,
    Contents,
    EachPointer,
    Fill,
    Guard,
    InnerProduct,
    InnerRead,
    MemoryChange,
    Move,
    NumberTest,
    OwnershipTransfer,
    PointerRead,
    Product,
    Secrets,
    Slot,
    Store,
    TailRead,
    Value,
    ValuePlace,
    View,
    WindowMove,
)
from abidance.plan.reader import Blanks, ByteReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_Place = TypeVar("_Place")
_VALUE, _ADDRESS, _SLOT, _CONTENTS = range(4)
_NEGATED = 2
_WORKED_OUT = 2
_NUMBER, _BELOW_ZERO, _LEFT, _SAVED, _OPERATOR = range(5)
_WIDTHS = (1, 2, 4, 8)
_STRING, _ENDED, _HELD, _WITHIN, _TAILED, _PUTS, _ENDS_THERE, _TIMES = (1 << bit for bit in range(8))


def encode_call(call: Call) -> tuple[bytes, bytes]:
    """Return the call's shape and its payload."""
    symbol, signature = call.symbol.encode(), call.signature.encode()
    values: list[bytes] = []
    parts = [
        COUNT.pack(len(symbol)),
        symbol,
        COUNT.pack(len(signature)),
        signature,
        COUNT.pack(len(call.arguments)),
        *[_encode_argument(argument, values) for argument in call.arguments],
        COUNT.pack(len(call.stores)),
    ]
    for store in call.stores:
        parts += (STORE.pack(store.block, store.offset), _encode_argument(store.value, values))
    parts.append(_encode_numbers(call.watched))
    parts.append(bytes([len(call.saves)]))
    for slot, place in call.saves:
        parts += (COUNT.pack(slot), _encode_place(place))
    parts += (_encode_numbers(call.needs), COUNT.pack(len(call.follows)))
    for follow in call.follows:
        parts += _encode_follow(follow)
    parts += _encode_conditions(call.only_if)
    states = bool(call.guards or call.moves or call.once)
    carried = bool(call.carries or call.takes_back)
    last = bool(call.refuses or call.views or call.change or call.secrets or call.each)
    again = call.times > 1 or states or carried or last
    if call.retires or call.hands or call.fills or again:
        parts.append(_encode_numbers(call.retires))
    if call.hands or call.fills or again:
        parts.append(COUNT.pack(len(call.hands)))
        for hand in call.hands:
            parts.append(COUNT.pack(hand.block))
            parts += _encode_conditions(() if hand.taken is None else (hand.taken,))
    if call.fills or again:
        parts.append(COUNT.pack(len(call.fills)))
        for fill in call.fills:
            parts += (COUNT.pack(fill.slot), _encode_argument(fill.value, values))
    if again:
        parts.append(COUNT.pack(call.times))
    if states or carried or last:
        parts.append(COUNT.pack(len(call.guards)))
        for guard in call.guards:
            apart = COUNT.pack(0 if guard.apart is None else guard.apart + 1)
            parts += (COUNT.pack(guard.slot), _encode_numbers(guard.numbers), apart)
        parts.append(COUNT.pack(len(call.moves)))
        for move in call.moves:
            slot, low, high = (0, 0, 0) if move.within is None else (move.within[0] + 1, *move.within[1:])
            parts.append(MOVE.pack(move.slot, move.number, len(move.tests), slot, low, high))
            for test in move.tests:
                parts += _encode_test(test)
        parts.append(bytes([call.once]))
    if carried or last:
        parts.append(COUNT.pack(len(call.carries)))
        for carry in call.carries:
            parts += (_encode_carry(carry), _encode_argument(carry.more, values))
        parts.append(_encode_numbers(call.takes_back))
    if last:
        parts.append(COUNT.pack(abs(call.refuses) << 1 | (call.refuses < 0)))
        parts.append(COUNT.pack(len(call.views)))
        parts += [STORE.pack(view.block, view.offset) + COUNT.pack(view.within) for view in call.views]
    if call.change is not None or call.secrets is not None or call.each is not None:
        parts += _encode_change(call.change)
    if call.secrets is not None or call.each is not None:
        secrets = call.secrets or Secrets()
        parts += (_encode_numbers(secrets.given), _encode_numbers(secrets.made))
        parts += (
            _encode_numbers(secrets.read),
            _encode_numbers(secrets.wiped),
            COUNT.pack(len(secrets.parts)),
        )
        parts += [SECRET_PART.pack(*part) for part in secrets.parts]
    if (each := call.each) is not None:
        parts.append(ELEMENTS.pack(each.call, each.read, each.slot, each.stride, each.offset, each.first))
    return b"".join(parts), b"".join(values)


def _decode_secrets(reader: ByteReader) -> Secrets:
    given, made, read, wiped = (_decode_numbers(reader) for _ in range(4))
    parts = tuple(reader.unpack(SECRET_PART) for _ in range(reader.counted(SECRET_PART.size)))
    return Secrets(given, made, read, parts, wiped)


def _encode_change(change: MemoryChange | None) -> list[bytes]:
    if change is None:
        return [bytes([0])]
    numbers = (change.block, change.at, len(change.contents))
    return [bytes([1]), *map(COUNT.pack, numbers), change.contents]


def _encode_follow(follow: PointerRead) -> list[bytes]:
    length, within = follow.length, follow.within
    flags = (
        _STRING * follow.string
        | _ENDED * bool(follow.ends)
        | _HELD * follow.held
        | _WITHIN * (within is not None)
        | _TAILED * (follow.tail is not None)
        | _PUTS * bool(follow.puts)
        | _ENDS_THERE * follow.ends_there
        | _TIMES * bool(follow.times or follow.plus)
    )
    return [
        FOLLOW.pack(flags, (length is not None) | len(follow.behind) << 1, follow.scale, follow.limit),
        _encode_place(follow.pointer),
        b"" if length is None else _encode_place(length),
        _encode_bytes(follow.ends),
        b"" if within is None else COUNT.pack(within),
        _encode_tail(follow.tail),
        _encode_bytes(follow.puts),
        *_encode_times(
            [_encode_place(place) for place in follow.times],
            [(each.scale, [_encode_place(place) for place in each.places]) for each in follow.plus],
        ),
        *map(_encode_inner, follow.behind),
    ]


def _encode_inner(read: InnerRead) -> bytes:
    flags = (
        _STRING * read.string
        | _ENDED * bool(read.ends)
        | _TAILED * (read.tail is not None)
        | _ENDS_THERE * read.ends_there
        | _WITHIN * (read.within is not None)
        | _TIMES * bool(read.times or read.plus)
    )
    parts = [
        FOLLOW.pack(flags, (read.length is not None) | len(read.behind) << 1, read.scale, read.limit),
        INNER.pack(read.stride, read.offset),
        b"" if read.length is None else INNER.pack(*read.length),
        _encode_bytes(read.ends),
        b"" if read.within is None else COUNT.pack(read.within),
        _encode_tail(read.tail),
        *_encode_times(
            [INNER.pack(*place) for place in read.times],
            [(each.scale, [INNER.pack(*place) for place in each.places]) for each in read.plus],
        ),
        *map(_encode_inner, read.behind),
    ]
    return b"".join(parts)


def _encode_times(places: list[bytes], plus: list[tuple[int, list[bytes]]]) -> list[bytes]:
    if not (places or plus):
        return []
    parts = [COUNT.pack(len(places)), *places, COUNT.pack(len(plus))]
    for scale, others in plus:
        parts += (SUMMAND.pack(scale, len(others)), *others)
    return parts


def _encode_tail(tail: TailRead | None) -> bytes:
    return b"" if tail is None else TAIL.pack(tail.offset, tail.width, tail.start, tail.scale)


def _encode_bytes(raw: bytes) -> bytes:
    return COUNT.pack(len(raw)) + raw if raw else b""


def _encode_carry(move: WindowMove) -> bytes:
    return CARRY.pack(
        move.record,
        move.pointer,
        move.counter,
        move.count,
        -1 if move.position is None else move.position,
        move.width,
        move.scale,
        move.source,
        move.target,
        move.room,
        move.most,
        move.copies,
        move.leftmost,
    )


def _encode_conditions(conditions: tuple[Condition, ...]) -> list[bytes]:
    parts = [COUNT.pack(len(conditions))]
    for condition in conditions:
        layout = SIGNED_RANGE if condition.signed else UNSIGNED_RANGE
        kind = condition.signed | _NEGATED * condition.negated
        parts.append(CONDITION.pack(condition.call, kind, len(condition.ranges)))
        parts += [layout.pack(low, high) for low, high in condition.ranges]
    return parts


def _encode_argument(argument: Argument, values: list[bytes]) -> bytes:
    match argument:
        case Value():
            values.append(argument.raw)
            return ARGUMENT.pack(_VALUE, len(argument.raw), 0)
        case Address():
            return ARGUMENT.pack(_ADDRESS, argument.block, argument.addend)
        case Slot():
            return ARGUMENT.pack(_SLOT, argument.index, argument.width)
        case Contents():
            return ARGUMENT.pack(_CONTENTS, argument.block, 0)


def _encode_place(place: ValuePlace) -> bytes:
    width = place.width | SIGNED * place.signed
    if place.slot is not None:
        return PLACE.pack(SAVED, place.slot, width)
    if place.read is not None:
        return PLACE.pack(WAS_READ, place.read << 32 | place.offset, width)
    return PLACE.pack(RESULT if place.block is None else place.block, place.offset, width)


def _encode_numbers(numbers: Sequence[int]) -> bytes:
    return struct.pack(f"<I{len(numbers)}I", len(numbers), *numbers)


def decode_call(shape: bytes, payload: bytes) -> Call:
    """Return the call with this shape and payload; raises ValueError when they hold none."""
    values = ByteReader(payload, "call's payload")
    call = _decode_shape(shape, values)
    values.finish()
    return call


def decode_shape(shape: bytes) -> tuple[Call, int]:
    """Return the call with this shape, its values all zero, and the length of the payload that it takes."""
    values = Blanks()
    return _decode_shape(shape, values), values.at


def _decode_shape(shape: bytes, values: ByteReader | Blanks) -> Call:
    reader = ByteReader(shape, "call")
    symbol, signature = reader.text(), reader.text()
    arguments = tuple(_decode_argument(reader, values) for _ in range(reader.counted(ARGUMENT.size)))
    stores = tuple(_decode_store(reader, values) for _ in range(reader.counted(STORE.size)))
    watched = _decode_numbers(reader)
    (number,) = reader.take(1)
    saves = tuple([(reader.unpack(COUNT)[0], _decode_place(reader)) for _ in range(number)])
    needs = _decode_numbers(reader)
    follows = tuple(_decode_follow(reader) for _ in range(reader.counted(FOLLOW.size)))
    only_if = _decode_conditions(reader)
    retires = _decode_numbers(reader) if reader.left else ()
    hands = tuple(_decode_hand(reader) for _ in range(reader.counted(COUNT.size))) if reader.left else ()
    fills = (
        tuple(_decode_fill(reader, values) for _ in range(reader.counted(COUNT.size))) if reader.left else ()
    )
    times = 1
    if reader.left:
        (times,) = reader.unpack(COUNT)
        if not (1 if reader.left else 2) <= times <= MOST_TIMES:
            raise ValueError("the call is to be made too often, or not again")
    guards, moves, once = _decode_states(reader) if reader.left else ((), (), False)
    carries = (
        tuple(_decode_carry(reader, values) for _ in range(reader.counted(CARRY.size))) if reader.left else ()
    )
    takes_back = _decode_numbers(reader) if reader.left else ()
    last_said = reader.left > 0
    refuses = _decode_refusal(reader) if last_said else 0
    views = tuple(_decode_view(reader) for _ in range(reader.counted(STORE.size))) if last_said else ()
    change = _decode_change(reader) if reader.left and reader.flag() else None
    secrets = _decode_secrets(reader) if reader.left else None
    each = _decode_elements(reader) if reader.left else None
    if each is not None and secrets == Secrets():
        secrets = None
    if secrets is not None and any(number >= len(follows) for number in secrets.read):
        raise ValueError("the call has a secret in what it does not read")
    if last_said and not (refuses or views or change or secrets or each):
        raise ValueError("the call refuses no block, has none within another, and keeps no secret")
    reader.finish()
    return Call(
        symbol,
        signature,
        arguments,
        stores,
        watched,
        saves,
        needs,
        follows,
        only_if,
        retires,
        hands,
        fills,
        times,
        guards,
        moves,
        once,
        carries,
        takes_back,
        refuses,
        views,
        change,
        secrets,
        each,
    )


def _decode_elements(reader: ByteReader) -> EachPointer:
    found = EachPointer(*reader.unpack(ELEMENTS))
    if not found.stride or found.offset + 8 > found.stride:
        raise ValueError("the call is made for elements that are no pointers")
    return found


def _decode_view(reader: ByteReader) -> View:
    block, offset = reader.unpack(STORE)
    return View(block, reader.unpack(COUNT)[0], offset)


def _decode_change(reader: ByteReader) -> MemoryChange:
    block, at = reader.unpack(COUNT)[0], reader.unpack(COUNT)[0]
    return MemoryChange(block, at, reader.take(reader.counted(1)))


def _decode_states(reader: ByteReader) -> tuple[tuple[Guard, ...], tuple[Move, ...], bool]:
    guards = tuple(_decode_guard(reader) for _ in range(reader.counted(COUNT.size)))
    moves = tuple(_decode_move(reader) for _ in range(reader.counted(MOVE.size)))
    once = reader.flag()
    if not (guards or moves or once or reader.left):
        raise ValueError("the call has to do with states, and with none of them")
    return guards, moves, once


def _decode_guard(reader: ByteReader) -> Guard:
    (slot,) = reader.unpack(COUNT)
    numbers, (apart,) = _decode_numbers(reader), reader.unpack(COUNT)
    if apart and numbers:
        raise ValueError("a guard is about a pointer, or about a number")
    return Guard(slot, numbers, apart - 1 if apart else None)


def _decode_move(reader: ByteReader) -> Move:
    slot, number, count, held, low, high = reader.unpack(MOVE)
    if low > high or (not held and high):
        raise ValueError("a state is moved from no number")
    tests = tuple(_decode_test(reader) for _ in range(reader.count(count, PLACE.size)))
    return Move(slot, number, tests, (held - 1, low, high) if held else None)


def _encode_test(test: NumberTest) -> Iterator[bytes]:
    layout = SIGNED_RANGE if test.signed or test.formula else UNSIGNED_RANGE
    yield _encode_place(test.place)
    yield CONDITION.pack(0, test.signed | (_WORKED_OUT if test.formula else 0), len(test.ranges))
    yield from (layout.pack(low, high) for low, high in test.ranges)
    if test.formula:
        yield COUNT.pack(len(test.formula))
        yield from map(_encode_step, test.formula)


def _decode_test(reader: ByteReader) -> NumberTest:
    place = _decode_place(reader)
    call, kind, count = reader.unpack(CONDITION)
    if call or kind > 1 | _WORKED_OUT:
        raise ValueError("the call's state depends on another call, or is of no known kind")
    signed, worked_out = bool(kind & 1), bool(kind & _WORKED_OUT)
    layout = SIGNED_RANGE if signed or worked_out else UNSIGNED_RANGE
    ranges = tuple(reader.unpack(layout) for _ in range(reader.count(count, layout.size)))
    if not worked_out:
        return NumberTest(place, ranges, signed)
    formula = tuple([_decode_step(reader) for _ in range(reader.counted(STEP.size))])
    if not is_whole(formula):
        raise ValueError("the call is judged by a number that is not worked out")
    return NumberTest(place, ranges, signed, formula)


def _encode_step(step: Step) -> bytes:
    match step:
        case Operator():
            return STEP.pack(_OPERATOR, step)
        case NumberLeft():
            return STEP.pack(_LEFT, 0)
        case SavedNumber():
            return STEP.pack(_SAVED, step.slot | step.width << 32 | step.signed << 40)
        case _:
            return STEP.pack(_BELOW_ZERO if step < 0 else _NUMBER, abs(step))


def _decode_step(reader: ByteReader) -> Step:
    kind, number = reader.unpack(STEP)
    if kind == _OPERATOR:
        return Operator(number)
    if kind == _LEFT and not number:
        return NumberLeft()
    if kind in (_NUMBER, _BELOW_ZERO) and (number or kind == _NUMBER):
        return int(number if kind == _NUMBER else -number)
    slot, width, signed = number & 0xFFFFFFFF, number >> 32 & 0xFF, number >> 40
    if kind != _SAVED or width not in _WIDTHS or signed > 1:
        raise ValueError("a formula has a step of no known kind")
    return SavedNumber(slot, width, bool(signed))


def _decode_refusal(reader: ByteReader) -> int:
    coded = int(reader.unpack(COUNT)[0])
    if coded >> 1 > MOST_REFUSED or coded == 1:
        raise ValueError("the call refuses a block of no number")
    return -(coded >> 1) if coded & 1 else coded >> 1


def _decode_fill(reader: ByteReader, values: ByteReader | Blanks) -> Fill:
    (slot,) = reader.unpack(COUNT)
    value = _decode_argument(reader, values)
    if not isinstance(value, Value):
        raise ValueError("the call fills memory with what are no bytes")  # noqa: TRY004 - all bad bytes are ValueError
    return Fill(slot, value)


def _decode_carry(reader: ByteReader, values: ByteReader | Blanks) -> WindowMove:
    *numbers, copies, leftmost = reader.unpack(CARRY)
    record, pointer, counter, count, position, width, scale, source, target, room, most = numbers
    more = _decode_argument(reader, values)
    known = width in _WIDTHS and scale and copies <= 1 and leftmost <= 1 and position >= -1
    if not isinstance(more, Value) or not known:
        raise ValueError("the call moves a window in no known way")
    return WindowMove(
        record,
        pointer,
        counter,
        count,
        position if position >= 0 else None,
        width,
        scale,
        source,
        target,
        more,
        room,
        most,
        bool(copies),
        bool(leftmost),
    )


def _decode_hand(reader: ByteReader) -> OwnershipTransfer:
    (block,) = reader.unpack(COUNT)
    taken = _decode_conditions(reader)
    if len(taken) > 1:
        raise ValueError("the call hands memory over on several conditions")
    return OwnershipTransfer(block, *taken)


def _decode_conditions(reader: ByteReader) -> tuple[Condition, ...]:
    return tuple(_decode_condition(reader) for _ in range(reader.counted(CONDITION.size)))


def _decode_condition(reader: ByteReader) -> Condition:
    call, kind, count = reader.unpack(CONDITION)
    if kind > 1 | _NEGATED:
        raise ValueError("the call has a condition of no known kind")
    signed = kind & 1
    layout = SIGNED_RANGE if signed else UNSIGNED_RANGE
    ranges = tuple(reader.unpack(layout) for _ in range(reader.count(count, layout.size)))
    return Condition(call, ranges, bool(signed), bool(kind & _NEGATED))


def _decode_argument(reader: ByteReader, values: ByteReader | Blanks) -> Argument:
    kind, first, second = reader.unpack(ARGUMENT)
    if kind == _ADDRESS:
        return Address(first, second)
    if kind == _SLOT and second in _WIDTHS:
        return Slot(first, second)
    if second == 0:
        if kind == _VALUE:
            return Value(values.take(first))
        if kind == _CONTENTS:
            return Contents(first)
    raise ValueError("the call has an argument of no known kind")


def _decode_store(reader: ByteReader, values: ByteReader | Blanks) -> Store:
    block, offset = reader.unpack(STORE)
    value = _decode_argument(reader, values)
    if isinstance(value, Contents):
        raise ValueError("the call stores a record's contents")  # noqa: TRY004 - all bad bytes are ValueError
    return Store(block, offset, value)


def _decode_place(reader: ByteReader) -> ValuePlace:
    block, offset, coded = reader.unpack(PLACE)
    width, signed = coded & ~SIGNED, bool(coded & SIGNED)
    if width not in _WIDTHS:
        raise ValueError("the call has a place of no known width")
    if block == SAVED:
        return ValuePlace(None, 0, width, offset, signed=signed)
    if block == WAS_READ:
        return ValuePlace(None, offset & 0xFFFFFFFF, width, read=offset >> 32, signed=signed)
    return ValuePlace(None if block == RESULT else block, offset, width, signed=signed)


def _decode_numbers(reader: ByteReader) -> tuple[int, ...]:
    return tuple(reader.unpack(COUNT)[0] for _ in range(reader.counted(COUNT.size)))


def _decode_follow(reader: ByteReader) -> PointerRead:
    flags, behind, scale, limit = reader.unpack(FOLLOW)
    pointer = _decode_place(reader)
    length = _decode_place(reader) if behind & 1 else None
    ends = _decode_ends(reader) if flags & _ENDED else b""
    within = reader.unpack(COUNT)[0] if flags & _WITHIN else None
    tail = TailRead(*reader.unpack(TAIL)) if flags & _TAILED else None
    puts = _decode_ends(reader) if flags & _PUTS else b""
    several = reader.counted(PLACE.size) if flags & _TIMES else 0
    times = tuple(_decode_place(reader) for _ in range(several))
    plus = _decode_plus(reader, PLACE.size, _decode_place) if flags & _TIMES else ()
    inner = _decode_inner(reader, behind >> 1)
    return PointerRead(
        pointer,
        bool(flags & _STRING),
        length,
        scale,
        limit,
        ends,
        bool(flags & _HELD),
        within,
        tail,
        inner,
        puts,
        bool(flags & _ENDS_THERE),
        times,
        tuple([Product(*each) for each in plus]),
    )


def _decode_plus(
    reader: ByteReader, size: int, place: Callable[[ByteReader], _Place]
) -> tuple[tuple[int, tuple[_Place, ...]], ...]:
    """Return the products that are added to a length: what each is multiplied by, and places of `size` bytes."""
    found = []
    for _ in range(reader.counted(SUMMAND.size)):
        scale, several = reader.unpack(SUMMAND)
        found.append((scale, tuple(place(reader) for _ in range(reader.count(several, size)))))
    return tuple(found)


def _decode_inner(reader: ByteReader, number: int, depth: int = 0) -> tuple[InnerRead, ...]:
    if depth > DEEPEST:
        raise ValueError("the call follows pointers further than any plan does")
    found = []
    for _ in range(reader.count(number, FOLLOW.size + INNER.size)):
        flags, behind, scale, limit = reader.unpack(FOLLOW)
        stride, offset = reader.unpack(INNER)
        if flags & (_HELD | _PUTS) or not stride:
            raise ValueError("the call follows a pointer in no known way")
        length = reader.unpack(INNER) if behind & 1 else None
        ends = _decode_ends(reader) if flags & _ENDED else b""
        within = reader.unpack(COUNT)[0] if flags & _WITHIN else None
        tail = TailRead(*reader.unpack(TAIL)) if flags & _TAILED else None
        several = reader.counted(INNER.size) if flags & _TIMES else 0
        times = tuple(reader.unpack(INNER) for _ in range(several))
        plus = _decode_plus(reader, INNER.size, lambda r: r.unpack(INNER)) if flags & _TIMES else ()
        added = tuple([InnerProduct(*each) for each in plus])
        inner = _decode_inner(reader, behind >> 1, depth + 1)
        string, ends_there = bool(flags & _STRING), bool(flags & _ENDS_THERE)
        found.append(
            InnerRead(
                stride,
                offset,
                string,
                length,
                scale,
                limit,
                ends,
                tail,
                inner,
                ends_there,
                within,
                times,
                added,
            )
        )
    return tuple(found)


def _decode_ends(reader: ByteReader) -> bytes:
    raw = reader.take(reader.counted(1))
    if not raw:
        raise ValueError("the call reads up to an element of no bytes")
    return raw
