"""Plans as bytes, and back.

A call is two parts: its *shape* (symbol, signature, where everything comes from) and its *payload* (the bytes
of its values), so that the worker compiles a shape once and meets it again in most cases.
"""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING

from abidance.plan.callbacks_codec import decode_callbacks, encode_callback
from abidance.plan.layout import (
    ARGUMENT,
    BLOCK,
    CALL,
    CALLS_BACK,
    CONDITION,
    COUNT,
    FILL_AT,
    FOLLOW,
    HANDED,
    KEPT,
    LANES_AT,
    MAX_ALIGN,
    MAX_BLOCKS,
    MAX_SLOTS,
    MOST_LANES,
    MOST_ROUNDS,
    PLACE,
    PLAN_HEADER,
    PLAN_MAGIC,
    RELOCATION,
    RESULT,
    SAVED,
    SIGNED_RANGE,
    STORE,
    UNSIGNED_RANGE,
    VERSION,
    WATCHED_CLOSELY,
)
from abidance.plan.plan import (
    Access,
    Address,
    Argument,
    Block,
    Call,
    Condition,
    Contents,
    Fill,
    Flush,
    Follow,
    Hand,
    Lanes,
    Order,
    Place,
    Plan,
    Relocation,
    Slot,
    Store,
    Value,
)
from abidance.plan.reader import Blanks, Reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.plan.reader import Buffer

_VALUE, _ADDRESS, _SLOT, _CONTENTS = range(4)
_WIDTHS = (1, 2, 4, 8)


def case_id(plan: Plan, *context: str) -> str:
    """Return a short name for a plan in a context: equal for equal ones, on every machine."""
    state = hashlib.sha256(encode_plan(plan))
    for word in context:
        raw = word.encode()
        state.update(COUNT.pack(len(raw)) + raw)
    return state.hexdigest()[:8]


def encode_plan(plan: Plan) -> bytes:
    """Return the plan's bytes; raises ValueError when a number in it does not fit its field."""
    try:
        return _encode_plan(plan)
    except (struct.error, OverflowError) as error:
        raise ValueError(f"the plan cannot be encoded: {error}") from None


def with_fill(encoded: bytes, fill: int) -> bytes:
    """Return the bytes of the same plan with another fill."""
    return encoded[:FILL_AT] + bytes([fill]) + encoded[FILL_AT + 1 :]


def _encode_plan(plan: Plan) -> bytes:
    blocks, relocations, calls = plan.blocks, plan.relocations, plan.calls
    contents_at = PLAN_HEADER.size + BLOCK.size * len(blocks) + RELOCATION.size * len(relocations)
    parts: list[bytes] = [b""]
    for block in blocks:
        length = len(block.contents)
        placed = (block.access, KEPT * block.kept | HANDED * block.handed, block.skew)
        parts.append(BLOCK.pack(block.size, block.align, contents_at, length, *placed))
        contents_at += length
    parts += [RELOCATION.pack(each.block, each.target, each.offset, each.addend) for each in relocations]
    parts.extend([block.contents for block in blocks])
    total = contents_at
    if plan.callbacks:
        encoded = [COUNT.pack(len(plan.callbacks)), *map(encode_callback, plan.callbacks)]
        parts += encoded
        total += sum(map(len, encoded))
    for call in calls:
        shape, payload = encode_call(call)
        parts += (CALL.pack(len(shape), len(payload)), shape, payload)
        total += CALL.size + len(shape) + len(payload)
    parts[0] = PLAN_HEADER.pack(
        PLAN_MAGIC,
        VERSION,
        plan.flush,
        plan.fill,
        len(blocks),
        len(relocations),
        len(calls),
        plan.slots,
        plan.subject,
        WATCHED_CLOSELY * plan.closely
        | CALLS_BACK * bool(plan.callbacks)
        | _encode_lanes(plan) << LANES_AT
        | plan.errno << 16,
        contents_at,
        total,
    )
    return b"".join(parts)


def _encode_lanes(plan: Plan) -> int:
    lanes = plan.lanes
    if lanes is None:
        return 0
    if not 0 < lanes.count <= MOST_LANES or not 0 <= lanes.rounds <= MOST_ROUNDS:
        raise ValueError("the plan's lanes are out of bounds")
    return lanes.count | lanes.order << 4 | lanes.rounds << 8


def decode_lanes(flags: int) -> Lanes | None:
    """Return the lanes that a plan's flags tell; raises ValueError when they make no sense."""
    bits = flags >> LANES_AT & 0xFFF
    if not bits:
        return None
    count, order, rounds = bits & 15, bits >> 4 & 15, bits >> 8
    if not 0 < count <= MOST_LANES or rounds > MOST_ROUNDS:
        raise ValueError("the plan's lanes are out of bounds")
    return Lanes(count, rounds, Order(order))


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
    if call.save is None:
        parts.append(b"\0")
    else:
        parts += (b"\1", COUNT.pack(call.save[0]), _encode_place(call.save[1]))
    parts += (_encode_numbers(call.needs), COUNT.pack(len(call.follows)))
    for follow in call.follows:
        length = follow.length
        parts += (
            FOLLOW.pack(follow.string, length is not None, follow.scale, follow.limit),
            _encode_place(follow.pointer),
            b"" if length is None else _encode_place(length),
        )
    parts += _encode_conditions(call.only_if)
    if call.retires or call.hands or call.fills:
        parts.append(_encode_numbers(call.retires))
    if call.hands or call.fills:
        parts.append(COUNT.pack(len(call.hands)))
        for hand in call.hands:
            parts.append(COUNT.pack(hand.block))
            parts += _encode_conditions(() if hand.taken is None else (hand.taken,))
    for fill in call.fills:
        parts += (COUNT.pack(fill.slot), _encode_argument(fill.value, values))
    return b"".join(parts), b"".join(values)


def _encode_conditions(conditions: tuple[Condition, ...]) -> list[bytes]:
    parts = [COUNT.pack(len(conditions))]
    for condition in conditions:
        layout = SIGNED_RANGE if condition.signed else UNSIGNED_RANGE
        parts.append(CONDITION.pack(condition.call, condition.signed, len(condition.ranges)))
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
            return ARGUMENT.pack(_SLOT, argument.index, 0)
        case Contents():
            return ARGUMENT.pack(_CONTENTS, argument.block, 0)


def _encode_place(place: Place) -> bytes:
    if place.slot is not None:
        return PLACE.pack(SAVED, place.slot, place.width)
    return PLACE.pack(RESULT if place.block is None else place.block, place.offset, place.width)


def _encode_numbers(numbers: Sequence[int]) -> bytes:
    return struct.pack(f"<I{len(numbers)}I", len(numbers), *numbers)


def decode_plan(encoded: Buffer) -> Plan:
    """Return the plan that `encoded` holds; raises ValueError when it holds none."""
    reader = Reader(encoded, "plan")
    (magic, version, flush, fill, blocks, relocations, calls, slots, subject, flags, calls_at, total) = (
        reader.unpack(PLAN_HEADER)
    )
    known = WATCHED_CLOSELY | CALLS_BACK
    if magic != PLAN_MAGIC or version != VERSION or flags & ((1 << LANES_AT) - 1) > known:
        raise ValueError("the plan has another format")
    if total != len(encoded) or blocks > MAX_BLOCKS or slots > MAX_SLOTS:
        raise ValueError("the plan's header is out of bounds")
    entries = [reader.unpack(BLOCK) for _ in range(reader.count(blocks, BLOCK.size))]
    pointers = [reader.unpack(RELOCATION) for _ in range(reader.count(relocations, RELOCATION.size))]
    decoded = tuple(_decode_block(reader, entry) for entry in entries)
    if reader.at != calls_at:
        raise ValueError("the plan's calls are not where its header says")
    callbacks = decode_callbacks(reader) if flags & CALLS_BACK else ()
    if flags & CALLS_BACK and not callbacks:
        raise ValueError("the plan has callbacks that are none")
    made = tuple(
        decode_call(reader.take(shape), reader.take(payload))
        for shape, payload in (reader.unpack(CALL) for _ in range(reader.count(calls, CALL.size)))
    )
    reader.finish()
    return Plan(
        decoded,
        tuple(Relocation(block, offset, target, addend) for block, target, offset, addend in pointers),
        made,
        subject,
        Flush(flush),
        fill,
        slots,
        errno=flags >> 16,
        callbacks=tuple(callback for callback, _ in callbacks),
        closely=bool(flags & WATCHED_CLOSELY),
        lanes=decode_lanes(flags),
    )


def _decode_block(reader: Reader, entry: tuple[int, ...]) -> Block:
    size, align, contents_at, length, access, fate, skew = entry
    if (
        fate > KEPT | HANDED
        or contents_at != reader.at
        or length > size
        or not _lawful(align)
        or skew >= align
    ):
        raise ValueError("the plan has a block that is out of bounds")
    contents = reader.take(length)
    return Block(size, align, Access(access), contents, bool(fate & KEPT), skew, bool(fate & HANDED))


def _lawful(align: int) -> bool:
    return 0 < align <= MAX_ALIGN and align & (align - 1) == 0


def decode_call(shape: bytes, payload: bytes) -> Call:
    """Return the call with this shape and payload; raises ValueError when they hold none."""
    values = Reader(payload, "call's payload")
    call = _decode_shape(shape, values)
    values.finish()
    return call


def decode_shape(shape: bytes) -> tuple[Call, int]:
    """Return the call with this shape, its values all zero, and the length of the payload that it takes."""
    values = Blanks()
    return _decode_shape(shape, values), values.at


def _decode_shape(shape: bytes, values: Reader | Blanks) -> Call:
    reader = Reader(shape, "call")
    symbol, signature = reader.text(), reader.text()
    arguments = tuple(_decode_argument(reader, values) for _ in range(reader.counted(ARGUMENT.size)))
    stores = tuple(_decode_store(reader, values) for _ in range(reader.counted(STORE.size)))
    watched = _decode_numbers(reader)
    save = (reader.unpack(COUNT)[0], _decode_place(reader)) if reader.flag() else None
    needs = _decode_numbers(reader)
    follows = tuple(_decode_follow(reader) for _ in range(reader.counted(FOLLOW.size)))
    only_if = _decode_conditions(reader)
    retires = _decode_numbers(reader) if reader.left else ()
    hands = tuple(_decode_hand(reader) for _ in range(reader.counted(COUNT.size))) if reader.left else ()
    fills = []
    while reader.left:
        fills.append(_decode_fill(reader, values))
    reader.finish()
    return Call(
        symbol,
        signature,
        arguments,
        stores,
        watched,
        save,
        needs,
        follows,
        only_if,
        retires,
        hands,
        tuple(fills),
    )


def _decode_fill(reader: Reader, values: Reader | Blanks) -> Fill:
    (slot,) = reader.unpack(COUNT)
    value = _decode_argument(reader, values)
    if not isinstance(value, Value):
        raise ValueError("the call fills memory with what are no bytes")  # noqa: TRY004 - all bad bytes are ValueError
    return Fill(slot, value)


def _decode_hand(reader: Reader) -> Hand:
    (block,) = reader.unpack(COUNT)
    taken = _decode_conditions(reader)
    if len(taken) > 1:
        raise ValueError("the call hands memory over on several conditions")
    return Hand(block, *taken)


def _decode_conditions(reader: Reader) -> tuple[Condition, ...]:
    return tuple(_decode_condition(reader) for _ in range(reader.counted(CONDITION.size)))


def _decode_condition(reader: Reader) -> Condition:
    call, signed, count = reader.unpack(CONDITION)
    if signed > 1:
        raise ValueError("the call has a condition of no known kind")
    layout = SIGNED_RANGE if signed else UNSIGNED_RANGE
    ranges = tuple(reader.unpack(layout) for _ in range(reader.count(count, layout.size)))
    return Condition(call, ranges, bool(signed))


def _decode_argument(reader: Reader, values: Reader | Blanks) -> Argument:
    kind, first, second = reader.unpack(ARGUMENT)
    if kind == _ADDRESS:
        return Address(first, second)
    if second == 0:
        if kind == _VALUE:
            return Value(values.take(first))
        if kind == _SLOT:
            return Slot(first)
        if kind == _CONTENTS:
            return Contents(first)
    raise ValueError("the call has an argument of no known kind")


def _decode_store(reader: Reader, values: Reader | Blanks) -> Store:
    block, offset = reader.unpack(STORE)
    value = _decode_argument(reader, values)
    if isinstance(value, Contents):
        raise ValueError("the call stores a record's contents")  # noqa: TRY004 - all bad bytes are ValueError
    return Store(block, offset, value)


def _decode_place(reader: Reader) -> Place:
    block, offset, width = reader.unpack(PLACE)
    if width not in _WIDTHS:
        raise ValueError("the call has a place of no known width")
    if block == SAVED:
        return Place(None, 0, width, offset)
    return Place(None if block == RESULT else block, offset, width)


def _decode_numbers(reader: Reader) -> tuple[int, ...]:
    return tuple(reader.unpack(COUNT)[0] for _ in range(reader.counted(COUNT.size)))


def _decode_follow(reader: Reader) -> Follow:
    string, has_length, scale, limit = reader.unpack(FOLLOW)
    if string > 1 or has_length > 1:
        raise ValueError("the call follows a pointer in no known way")
    pointer = _decode_place(reader)
    length = _decode_place(reader) if has_length else None
    return Follow(pointer, bool(string), length, scale, limit)
