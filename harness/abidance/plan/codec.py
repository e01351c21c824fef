"""Plans as bytes, and back."""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING

from abidance.plan.call_codec import decode_call, encode_call
from abidance.plan.call_order import ConcurrentCalls, Order
from abidance.plan.callbacks_codec import decode_callbacks, encode_callback
from abidance.plan.layout import (
    BLOCK,
    CALL,
    CALLS_BACK,
    COUNT,
    FILL_AT,
    HANDED,
    KEPT,
    LANES_AT,
    MAX_ALIGN,
    MAX_BLOCKS,
    MAX_SLOTS,
    MOST_LANES,
    MOST_ROUNDS,
    PLAN_HEADER,
    PLAN_MAGIC,
    RELOCATION,
    STEADY,
    TRACED,
    VERSION,
    WATCHED_CLOSELY,
)
from abidance.plan.plan import Access, Block, Flush, Plan, Relocation
from abidance.plan.reader import ByteReader

if TYPE_CHECKING:
    from abidance.plan.reader import Buffer


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
        | TRACED * plan.traced
        | STEADY * (plan.lanes is not None and plan.lanes.steady)
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


def decode_lanes(flags: int) -> ConcurrentCalls | None:
    """Return the lanes that a plan's flags tell; raises ValueError when they make no sense."""
    bits = flags >> LANES_AT & 0xFFF
    if not bits and flags & STEADY:
        raise ValueError("the plan has steady lanes, and no lanes")
    if not bits:
        return None
    count, order, rounds = bits & 15, bits >> 4 & 15, bits >> 8
    if not 0 < count <= MOST_LANES or rounds > MOST_ROUNDS:
        raise ValueError("the plan's lanes are out of bounds")
    return ConcurrentCalls(count, rounds, Order(order), bool(flags & STEADY))


def decode_plan(encoded: Buffer) -> Plan:
    """Return the plan that `encoded` holds; raises ValueError when it holds none."""
    reader = ByteReader(encoded, "plan")
    (magic, version, flush, fill, blocks, relocations, calls, slots, subject, flags, calls_at, total) = (
        reader.unpack(PLAN_HEADER)
    )
    known = WATCHED_CLOSELY | CALLS_BACK | STEADY | TRACED
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
        traced=bool(flags & TRACED),
    )


def _decode_block(reader: ByteReader, entry: tuple[int, ...]) -> Block:
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
