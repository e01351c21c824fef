"""Observations as bytes, and back.

Decoding trusts nothing: a worker whose memory a faulty library has overwritten can make it raise ValueError,
and nothing else. What a worker has written of an observation is at every moment a whole one, of the calls so
far, so that a death in the next call loses none of them.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import TYPE_CHECKING

from abidance.plan.invocations import decode_invocations, encode_invocations
from abidance.plan.layout import (
    AFTERMATH,
    ANSWER,
    CHANGE,
    COUNT,
    COUNTED,
    DAMAGE,
    DEEPER,
    DEEPEST,
    FOLLOWED,
    INVOKED,
    LENGTH,
    MODIFIED,
    NUMBERS,
    OBSERVATION_HEADER,
    OBSERVATION_MAGIC,
    RESULT,
    RETURNED,
    SIDE_EFFECTS,
    SPOILED,
    SPOILED_TOO,
    VERSION,
)
from abidance.plan.observation import (
    NO_ALLOCATION,
    NOTHING_LEFT,
    CallSideEffects,
    Damage,
    Freed,
    HeapCorruption,
    HeapGrowth,
    Modified,
    Observation,
    PointerReadResult,
    PointerReadStatus,
    ProcessChange,
    Returned,
)
from abidance.plan.reader import ByteReader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.plan.observation import Invocation
    from abidance.plan.reader import Buffer

_CONTROL, _CALLED_BACK, _MEASURED = 1, 2, 4
_MOST_WORDS = 1 << 12
_REACHES = tuple(PointerReadStatus)
_REACH_CODES = {reach: code for code, reach in enumerate(_REACHES)}


Noted = tuple[bytes, int]
"""Invocations as the arena notes them, and how many found no room."""
NONE_NOTED: Noted = (b"", 0)


def encode_returned(
    returned: Returned,
    damage: Sequence[Damage] = (),
    modified: Sequence[Modified] = (),
    noted: Noted = NONE_NOTED,
    freed: Sequence[Freed] = (),
) -> bytes:
    """Return one call's part of an observation; the indices of the call itself are left to its position.

    Its invocations are given as the arena notes them.
    """
    result, blocks, followed, side_effects = (
        returned.result,
        returned.blocks,
        returned.followed,
        returned.side_effects,
    )
    flags = (
        _CONTROL * side_effects.control
        | _CALLED_BACK * (noted != NONE_NOTED)
        | _MEASURED * bool(returned.measured)
    )
    parts = [
        ANSWER.pack(
            returned.ran,
            flags,
            len(result),
            returned.errno,
            returned.nanoseconds,
            len(blocks),
            len(followed),
            len(damage),
            len(modified),
            len(freed),
        ),
        _side_effects(side_effects),
        result,
    ]
    for block in blocks:
        parts += (LENGTH.pack(len(block)), block)
    for each in followed:
        _encode_followed(each, parts)
    if damage or modified or freed:
        parts += [DAMAGE.pack(each.block, each.distance, each.length) for each in damage]
        parts += [MODIFIED.pack(each.block, each.offset) for each in modified]
        parts += [COUNT.pack(each.block) for each in freed]
    if flags & _CALLED_BACK:
        parts += (INVOKED.pack(len(noted[0]), noted[1]), noted[0])
    if flags & _MEASURED:
        parts += (
            NUMBERS.pack(len(returned.measured)),
            struct.pack(f"<{len(returned.measured)}Q", *returned.measured),
        )
    return b"".join(parts)


def _encode_followed(read: PointerReadResult, parts: list[bytes]) -> None:
    reach = _REACH_CODES[read.reach] | DEEPER * bool(read.behind)
    parts += (FOLLOWED.pack(reach, len(read.contents)), read.contents)
    if read.behind:
        parts.append(COUNT.pack(len(read.behind)))
        for group in read.behind:
            parts.append(COUNT.pack(len(group)))
            for each in group:
                _encode_followed(each, parts)


def encode_answer(result: bytes, errno: int, nanoseconds: int, effects: CallSideEffects) -> bytes:
    """Return what `encode_returned` does for a call that left nothing but its answer."""
    head = ANSWER.pack(True, _CONTROL * effects.control, len(result), errno, nanoseconds, 0, 0, 0, 0, 0)
    return head + _side_effects(effects) + result


def _side_effects(effects: CallSideEffects) -> bytes:
    if effects is NO_ALLOCATION:
        return _NO_ALLOCATION
    return SIDE_EFFECTS.pack(
        -1 if effects.allocations is None else effects.allocations,
        effects.allocated,
        RESULT if effects.misfreed is None else effects.misfreed,
        effects.registers,
        effects.strays,
        effects.refused,
    )


_NO_ALLOCATION = SIDE_EFFECTS.pack(0, 0, RESULT, 0, 0, 0)


def encode_aftermath(
    kept: HeapGrowth | None,
    corruption: HeapCorruption | None,
    changes: Sequence[ProcessChange],
    noted: bytes = b"",
    callbacks: Sequence[int] = (),
) -> bytes:
    """Return the part of an observation that is about all calls together."""
    if kept is NOTHING_LEFT and corruption is None and not (changes or noted or callbacks):
        return _NOTHING_LEFT
    numbers = (0,) * 6
    if kept is not None:
        returned = (kept.returned_blocks, kept.returned_bytes)
        numbers = (kept.blocks, kept.bytes, *returned, kept.site, kept.nth)
    flags = COUNTED * (kept is not None) | SPOILED_TOO * (corruption is not None)
    parts = [AFTERMATH.pack(flags, *numbers, len(changes))]
    if corruption is not None:
        call = RESULT if corruption.call is None else corruption.call
        extent = (corruption.size, corruption.offset, corruption.length)
        parts.append(SPOILED.pack(call, corruption.after_free, *extent, corruption.made, corruption.freed))
    for change in changes:
        words = [text.encode()[:_MOST_WORDS] for text in (change.kind, change.before, change.after)]
        parts += (CHANGE.pack(change.call, *map(len, words)), *words)
    parts += (LENGTH.pack(len(noted)), noted)
    parts += (NUMBERS.pack(len(callbacks)), struct.pack(f"<{len(callbacks)}Q", *callbacks))
    return b"".join(parts)


_NOTHING_LEFT = AFTERMATH.pack(COUNTED, *(0,) * 6, 0) + LENGTH.pack(0) + NUMBERS.pack(0)


def encode_observation(observation: Observation) -> bytes:
    """Return the bytes of what calls left; `death` is not part of it, since a dead worker sends nothing."""
    parts = [
        encode_returned(
            returned,
            [each for each in observation.damage if each.call == index],
            [each for each in observation.modified if each.call == index],
            (encode_invocations(returned.invocations), returned.unnoted),
            [each for each in observation.freed if each.call == index],
        )
        for index, returned in enumerate(observation.calls)
    ]
    trailing = encode_invocations(observation.trailing)
    together = (observation.kept, observation.corruption, observation.changes)
    parts.append(encode_aftermath(*together, trailing, observation.callbacks))
    size = OBSERVATION_HEADER.size + sum(map(len, parts))
    return OBSERVATION_HEADER.pack(OBSERVATION_MAGIC, VERSION, len(parts) - 1, 1, size) + b"".join(parts)


def decode_observation(encoded: Buffer) -> Observation:
    """Return the observation that `encoded` holds; raises ValueError when it holds none."""
    reader = ByteReader(encoded, "observation")
    magic, version, count, aftermath, total = reader.unpack(OBSERVATION_HEADER)
    if magic != OBSERVATION_MAGIC or version != VERSION or aftermath > 1 or total != len(encoded):
        raise ValueError("the observation has another format")
    damage: list[Damage] = []
    modified: list[Modified] = []
    freed: list[Freed] = []
    calls: list[Returned] = []
    for index in range(reader.count(count, RETURNED.size)):
        (
            ran,
            flags,
            width,
            errno,
            nanoseconds,
            blocks,
            follows,
            damaged,
            changed,
            gone,
            asked,
            size,
            misfreed,
            registers,
            strays,
            refused,
        ) = reader.unpack(RETURNED)
        if ran > 1 or flags > _CONTROL | _CALLED_BACK | _MEASURED or asked < -1:
            raise ValueError("the observation has a call that neither ran nor was skipped")
        result = reader.take(width) if width else b""
        seen: tuple[bytes, ...] = ()
        if blocks:
            lengths = range(reader.count(blocks, LENGTH.size))
            seen = tuple([reader.take(reader.unpack(LENGTH)[0]) for _ in lengths])
        followed: tuple[PointerReadResult, ...] = ()
        if follows:
            count = reader.count(follows, FOLLOWED.size)
            followed = tuple([_decode_followed(reader) for _ in range(count)])
        side_effects = _passage(asked, size, misfreed, bool(flags & _CONTROL), registers, strays, refused)
        if damaged or changed or gone:
            damage += [
                Damage(index, *reader.unpack(DAMAGE)) for _ in range(reader.count(damaged, DAMAGE.size))
            ]
            modified += [
                Modified(index, *reader.unpack(MODIFIED)) for _ in range(reader.count(changed, MODIFIED.size))
            ]
            freed += [Freed(index, *reader.unpack(COUNT)) for _ in range(reader.count(gone, COUNT.size))]
        noted, unnoted = _noted(reader) if flags & _CALLED_BACK else NONE_NOTED
        measured = _measured(reader) if flags & _MEASURED else ()
        calls.append(
            Returned(
                bool(ran),
                result,
                errno,
                nanoseconds,
                seen,
                followed,
                side_effects,
                decode_invocations(noted) if noted else (),
                unnoted,
                measured,
            )
        )
    known = _decode_aftermath(reader) if aftermath else (None, None, (), (), ())
    kept, corruption, changes, trailing, callbacks = known
    reader.finish()
    return Observation(
        tuple(calls),
        tuple(damage),
        tuple(modified),
        kept=kept,
        changes=changes,
        trailing=trailing,
        freed=tuple(freed),
        corruption=corruption,
        callbacks=callbacks,
    )


@lru_cache(maxsize=1024)  # most calls ask for as much as the one before
def _passage(
    asked: int, size: int, misfreed: int, control: bool, registers: int, strays: int, refused: int
) -> CallSideEffects:
    return CallSideEffects(
        None if asked < 0 else asked,
        None if misfreed == RESULT else misfreed,
        control=control,
        allocated=size,
        registers=registers,
        strays=strays,
        refused=refused,
    )


def _noted(reader: ByteReader) -> Noted:
    length, unnoted = reader.unpack(INVOKED)
    if not length and not unnoted:
        raise ValueError("the observation has invocations that are none")
    return reader.take(length), unnoted


def _measured(reader: ByteReader) -> tuple[int, ...]:
    (count,) = reader.unpack(NUMBERS)
    count = reader.count(count, NUMBERS.size)
    if not count:
        raise ValueError("the observation has measured nothing")
    return struct.unpack(f"<{count}Q", reader.take(NUMBERS.size * count))


def _decode_aftermath(
    reader: ByteReader,
) -> tuple[
    HeapGrowth | None,
    HeapCorruption | None,
    tuple[ProcessChange, ...],
    tuple[Invocation, ...],
    tuple[int, ...],
]:
    if reader.is_at(_NOTHING_LEFT):
        return NOTHING_LEFT, None, (), (), ()
    flags, *numbers, count = reader.unpack(AFTERMATH)
    counted = bool(flags & COUNTED)
    if flags > COUNTED | SPOILED_TOO or (any(numbers) and not counted):
        raise ValueError("the observation has a heap that was neither counted nor not")
    corruption = None
    if flags & SPOILED_TOO:
        call, after_free, *rest = reader.unpack(SPOILED)
        if after_free > 1:
            raise ValueError("the observation has a write that was neither before a free nor after one")
        corruption = HeapCorruption(None if call == RESULT else call, bool(after_free), *rest)
    changes = []
    for _ in range(reader.count(count, CHANGE.size)):
        call, *lengths = reader.unpack(CHANGE)
        words = [reader.take(length).decode() for length in lengths]
        changes.append(ProcessChange(call, *words))
    trailing = decode_invocations(reader.take(reader.unpack(LENGTH)[0]))
    places = reader.count(reader.unpack(NUMBERS)[0], NUMBERS.size)
    callbacks = struct.unpack(f"<{places}Q", reader.take(NUMBERS.size * places))
    return HeapGrowth(*numbers) if counted else None, corruption, tuple(changes), trailing, callbacks


def _decode_followed(reader: ByteReader, depth: int = 0) -> PointerReadResult:
    reach, length = reader.unpack(FOLLOWED)
    deeper, reach = reach & DEEPER, reach & ~DEEPER
    if reach >= len(_REACHES) or depth > DEEPEST:
        raise ValueError("the observation has a pointer that went nowhere known")
    contents = reader.take(length)
    behind: tuple[tuple[PointerReadResult, ...], ...] = ()
    if deeper:
        behind = tuple(
            [
                tuple([_decode_followed(reader, depth + 1) for _ in range(reader.counted(FOLLOWED.size))])
                for _ in range(reader.counted(COUNT.size))
            ]
        )
        if not behind:
            raise ValueError("the observation has reads behind a pointer that are none")
    return PointerReadResult(_REACHES[reach], contents, behind)
