"""Calls as bytes, and back.

A call is two parts: its *shape* (symbol, signature, where everything comes from) and its *payload* (the bytes
of its values), so that the worker compiles a shape once and meets it again in most cases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from abidance.plan.condition_codec import (
    decode_conditions,
    decode_guard,
    decode_move,
    encode_conditions,
    encode_guard,
    encode_move,
)
from abidance.plan.layout import ARGUMENT, CARRY, COUNT, ELEMENTS, FOLLOW, INNER, MOVE, SECRET_PART, STORE
from abidance.plan.place_codec import WIDTHS, decode_numbers, decode_place, encode_numbers, encode_place
from abidance.plan.plan import (
    MOST_REFUSED,
    MOST_TIMES,
    Address,
    Argument,
    Call,
    Contents,
    EachPointer,
    Fill,
    Guard,
    MemoryChange,
    Move,
    OwnershipTransfer,
    Secrets,
    Slot,
    StatusQuestion,
    Store,
    Value,
    View,
    WindowMove,
)
from abidance.plan.read_codec import decode_read, encode_read
from abidance.plan.reader import Blanks, ByteReader

if TYPE_CHECKING:
    from collections.abc import Callable

_Part = TypeVar("_Part")
_VALUE, _ADDRESS, _SLOT, _CONTENTS = range(4)


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
    parts.append(encode_numbers(call.watched))
    parts.append(bytes([len(call.saves)]))
    for slot, place in call.saves:
        parts += (COUNT.pack(slot), encode_place(place))
    parts += (encode_numbers(call.needs), COUNT.pack(len(call.follows)))
    for follow in call.follows:
        parts += encode_read(follow)
    parts += encode_conditions(call.only_if)
    states = bool(call.guards or call.moves or call.once)
    carried = bool(call.carries or call.takes_back)
    kept = call.result_to is not None or call.status is not None
    last = bool(call.refuses or call.views or call.change or call.secrets or call.each or kept)
    again = call.times > 1 or states or carried or last
    if call.retires or call.hands or call.fills or again:
        parts.append(encode_numbers(call.retires))
    if call.hands or call.fills or again:
        parts.append(COUNT.pack(len(call.hands)))
        for hand in call.hands:
            parts.append(COUNT.pack(hand.block))
            parts += encode_conditions(() if hand.taken is None else (hand.taken,))
    if call.fills or again:
        parts.append(COUNT.pack(len(call.fills)))
        for fill in call.fills:
            parts += (COUNT.pack(fill.slot), _encode_argument(fill.value, values))
    if again:
        parts.append(COUNT.pack(call.times))
    if states or carried or last:
        parts += (COUNT.pack(len(call.guards)), *map(encode_guard, call.guards))
        parts += (COUNT.pack(len(call.moves)), *map(encode_move, call.moves))
        parts.append(bytes([call.once]))
    if carried or last:
        parts.append(COUNT.pack(len(call.carries)))
        for carry in call.carries:
            parts += (_encode_carry(carry), _encode_argument(carry.more, values))
        parts.append(encode_numbers(call.takes_back))
    if last:
        parts.append(COUNT.pack(abs(call.refuses) << 1 | (call.refuses < 0)))
        parts.append(COUNT.pack(len(call.views)))
        parts += [STORE.pack(view.block, view.offset) + COUNT.pack(view.within) for view in call.views]
    if call.change is not None or call.secrets is not None or call.each is not None or kept:
        parts += _encode_change(call.change)
    if call.secrets is not None or call.each is not None or kept:
        secrets = call.secrets or Secrets()
        parts += (encode_numbers(secrets.given), encode_numbers(secrets.made))
        parts += (
            encode_numbers(secrets.read),
            encode_numbers(secrets.wiped),
            COUNT.pack(len(secrets.parts)),
        )
        parts += [SECRET_PART.pack(*part) for part in secrets.parts]
    if (each := call.each) is not None or kept:
        parts.append(bytes([each is not None]))
    if each is not None:
        parts.append(ELEMENTS.pack(each.call, each.read, each.slot, each.stride, each.offset, each.first))
    if kept:
        parts.append(bytes([call.result_to is not None]))
    if call.result_to is not None:
        parts.append(COUNT.pack(call.result_to))
    if call.status is not None:
        parts.append(encode_place(call.status))
    if call.asks is not None:
        parts += _encode_question(call.asks, values)
    return b"".join(parts), b"".join(values)


def _encode_question(question: StatusQuestion, values: list[bytes]) -> list[bytes]:
    symbol, signature = question.symbol.encode(), question.signature.encode()
    return [
        COUNT.pack(question.block),
        COUNT.pack(len(symbol)),
        symbol,
        COUNT.pack(len(signature)),
        signature,
        COUNT.pack(len(question.arguments)),
        *[_encode_argument(argument, values) for argument in question.arguments],
        encode_numbers(question.needs),
        INNER.pack(question.offset, question.width),
    ]


def _decode_question(reader: ByteReader, values: ByteReader | Blanks) -> StatusQuestion:
    (block,) = reader.unpack(COUNT)
    symbol, signature = reader.text(), reader.text()
    arguments = tuple(_decode_argument(reader, values) for _ in range(reader.counted(ARGUMENT.size)))
    needs = decode_numbers(reader)
    offset, width = reader.unpack(INNER)
    if not symbol and (signature or len(arguments) != bool(width)):
        raise ValueError("the call asks `errno` with something")
    if width and (symbol or width not in WIDTHS):
        raise ValueError("the call asks for a number behind a pointer that no number is")
    return StatusQuestion(block, symbol, signature, arguments, needs, offset, width)


def _decode_secrets(reader: ByteReader) -> Secrets:
    given, made, read, wiped = (decode_numbers(reader) for _ in range(4))
    parts = tuple(reader.unpack(SECRET_PART) for _ in range(reader.counted(SECRET_PART.size)))
    return Secrets(given, made, read, parts, wiped)


def _encode_change(change: MemoryChange | None) -> list[bytes]:
    if change is None:
        return [bytes([0])]
    numbers = (change.block, change.at, len(change.contents))
    return [bytes([1]), *map(COUNT.pack, numbers), change.contents]


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
    watched = decode_numbers(reader)
    (number,) = reader.take(1)
    saves = tuple([(reader.unpack(COUNT)[0], decode_place(reader)) for _ in range(number)])
    needs = decode_numbers(reader)
    follows = tuple(decode_read(reader) for _ in range(reader.counted(FOLLOW.size)))
    only_if = decode_conditions(reader)
    retires = _part(reader, lambda: decode_numbers(reader))
    hands = _part(reader, lambda: tuple(_decode_hand(reader) for _ in range(reader.counted(COUNT.size))))
    fills = _part(
        reader, lambda: tuple(_decode_fill(reader, values) for _ in range(reader.counted(COUNT.size)))
    )
    times = 1
    if reader.left:
        (times,) = reader.unpack(COUNT)
        if not (1 if reader.left else 2) <= times <= MOST_TIMES:
            raise ValueError("the call is to be made too often, or not again")
    guards, moves, once = _decode_states(reader) if reader.left else ((), (), False)
    carried = reader.left > 0
    carries = (
        tuple(_decode_carry(reader, values) for _ in range(reader.counted(CARRY.size))) if carried else ()
    )
    takes_back = decode_numbers(reader) if reader.left else ()
    if carried and not (carries or takes_back or reader.left):
        raise ValueError("the call carries nothing on, and takes nothing back")
    last_said = reader.left > 0
    refuses = _decode_refusal(reader) if last_said else 0
    views = tuple(_decode_view(reader) for _ in range(reader.counted(STORE.size))) if last_said else ()
    change = _decode_change(reader) if reader.left and reader.flag() else None
    secrets = _decode_secrets(reader) if reader.left else None
    more = reader.left > 0
    each = _decode_elements(reader) if more and reader.flag() else None
    result_to = reader.unpack(COUNT)[0] if reader.left and reader.flag() else None
    status = decode_place(reader) if reader.left else None
    asks = _decode_question(reader, values) if reader.left else None
    if status is not None and (status.slot is not None or status.read is not None):
        raise ValueError("the call has its status in no block, and not in its result")
    if more and secrets == Secrets():
        secrets = None
    if secrets is not None and any(number >= len(follows) for number in secrets.read):
        raise ValueError("the call has a secret in what it does not read")
    kept = result_to is not None or status is not None
    if last_said and not (refuses or views or change or secrets or each or kept):
        raise ValueError(
            "the call refuses no block, has none within another, and keeps no secret and no result"
        )
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
        result_to,
        status,
        asks,
    )


def _part(reader: ByteReader, read: Callable[[], tuple[_Part, ...]]) -> tuple[_Part, ...]:
    """Return a part of a shape that is left out where it is empty, and so is all behind it; raises ValueError."""
    part = read() if reader.left else None
    if part is not None and not part and not reader.left:
        raise ValueError("the call ends with a part that says nothing")
    return part or ()


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
    guards = tuple(decode_guard(reader) for _ in range(reader.counted(COUNT.size)))
    moves = tuple(decode_move(reader) for _ in range(reader.counted(MOVE.size)))
    once = reader.flag()
    if not (guards or moves or once or reader.left):
        raise ValueError("the call has to do with states, and with none of them")
    return guards, moves, once


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
    known = width in WIDTHS and scale and copies <= 1 and leftmost <= 1 and position >= -1
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
    taken = decode_conditions(reader)
    if len(taken) > 1:
        raise ValueError("the call hands memory over on several conditions")
    return OwnershipTransfer(block, *taken)


def _decode_argument(reader: ByteReader, values: ByteReader | Blanks) -> Argument:
    kind, first, second = reader.unpack(ARGUMENT)
    if kind == _ADDRESS:
        return Address(first, second)
    if kind == _SLOT and second in WIDTHS:
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
