"""Observations as bytes, and back.

Decoding trusts nothing: a worker whose memory a faulty library has overwritten can make it raise ValueError,
and nothing else. What a worker has written of an observation is at every moment a whole one, of the calls so
far, so that a death in the next call loses none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.plan.layout import (
    AFTERMATH,
    CHANGE,
    DAMAGE,
    FOLLOWED,
    LENGTH,
    MODIFIED,
    OBSERVATION_HEADER,
    OBSERVATION_MAGIC,
    RESULT,
    RETURNED,
    VERSION,
)
from abidance.plan.observation import (
    Change,
    Damage,
    Followed,
    Kept,
    Modified,
    Observation,
    Passage,
    Reach,
    Returned,
)
from abidance.plan.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.plan.reader import Buffer

_CONTROL = 1
_MOST_WORDS = 1 << 12
_REACHES = tuple(Reach)
_REACH_CODES = {reach: code for code, reach in enumerate(_REACHES)}


def encode_returned(
    returned: Returned, damage: Sequence[Damage] = (), modified: Sequence[Modified] = ()
) -> bytes:
    """Return one call's part of an observation; the indices of the call itself are left to its position."""
    passage = returned.passage
    parts = [
        RETURNED.pack(
            returned.ran,
            _CONTROL * passage.control,
            len(returned.result),
            returned.errno,
            returned.nanoseconds,
            len(returned.blocks),
            len(returned.followed),
            len(damage),
            len(modified),
            -1 if passage.allocations is None else passage.allocations,
            RESULT if passage.misfreed is None else passage.misfreed,
        ),
        returned.result,
    ]
    for block in returned.blocks:
        parts += (LENGTH.pack(len(block)), block)
    for followed in returned.followed:
        parts += (
            FOLLOWED.pack(_REACH_CODES[followed.reach], len(followed.contents)),
            followed.contents,
        )
    parts += [DAMAGE.pack(each.block, each.distance, each.length) for each in damage]
    parts += [MODIFIED.pack(each.block, each.offset) for each in modified]
    return b"".join(parts)


def encode_aftermath(kept: Kept | None, changes: Sequence[Change]) -> bytes:
    """Return the part of an observation that is about all calls together."""
    numbers = (0,) * 5
    if kept is not None:
        numbers = (kept.blocks, kept.bytes, kept.returned_blocks, kept.returned_bytes, kept.site)
    parts = [AFTERMATH.pack(kept is not None, *numbers, len(changes))]
    for change in changes:
        words = [text.encode()[:_MOST_WORDS] for text in (change.kind, change.before, change.after)]
        parts += (CHANGE.pack(change.call, *map(len, words)), *words)
    return b"".join(parts)


def encode_observation(observation: Observation) -> bytes:
    """Return the bytes of what calls left; `death` is not part of it, since a dead worker sends nothing."""
    parts = [
        encode_returned(
            returned,
            [each for each in observation.damage if each.call == index],
            [each for each in observation.modified if each.call == index],
        )
        for index, returned in enumerate(observation.calls)
    ]
    parts.append(encode_aftermath(observation.kept, observation.changes))
    size = OBSERVATION_HEADER.size + sum(map(len, parts))
    return OBSERVATION_HEADER.pack(OBSERVATION_MAGIC, VERSION, len(parts) - 1, 1, size) + b"".join(parts)


def decode_observation(encoded: Buffer) -> Observation:
    """Return the observation that `encoded` holds; raises ValueError when it holds none."""
    reader = Reader(encoded, "observation")
    magic, version, count, aftermath, total = reader.unpack(OBSERVATION_HEADER)
    if magic != OBSERVATION_MAGIC or version != VERSION or aftermath > 1 or total != len(encoded):
        raise ValueError("the observation has another format")
    damage: list[Damage] = []
    modified: list[Modified] = []
    calls: list[Returned] = []
    for index in range(reader.count(count, RETURNED.size)):
        ran, flags, width, errno, nanoseconds, blocks, follows, damaged, changed, asked, misfreed = (
            reader.unpack(RETURNED)
        )
        if ran > 1 or flags > _CONTROL or asked < -1:
            raise ValueError("the observation has a call that neither ran nor was skipped")
        result = reader.take(width)
        seen = tuple(
            [reader.take(reader.unpack(LENGTH)[0]) for _ in range(reader.count(blocks, LENGTH.size))]
        )
        followed = tuple([_decode_followed(reader) for _ in range(reader.count(follows, FOLLOWED.size))])
        passage = Passage(
            None if asked < 0 else asked, None if misfreed == RESULT else misfreed, control=bool(flags)
        )
        calls.append(Returned(bool(ran), result, errno, nanoseconds, seen, followed, passage))
        damage += [Damage(index, *reader.unpack(DAMAGE)) for _ in range(reader.count(damaged, DAMAGE.size))]
        modified += [
            Modified(index, *reader.unpack(MODIFIED)) for _ in range(reader.count(changed, MODIFIED.size))
        ]
    kept, changes = _decode_aftermath(reader) if aftermath else (None, ())
    reader.finish()
    return Observation(tuple(calls), tuple(damage), tuple(modified), kept=kept, changes=changes)


def _decode_aftermath(reader: Reader) -> tuple[Kept | None, tuple[Change, ...]]:
    counted, *numbers, count = reader.unpack(AFTERMATH)
    if counted > 1 or (any(numbers) and not counted):
        raise ValueError("the observation has a heap that was neither counted nor not")
    changes = []
    for _ in range(reader.count(count, CHANGE.size)):
        call, *lengths = reader.unpack(CHANGE)
        words = [reader.take(length).decode() for length in lengths]
        changes.append(Change(call, *words))
    return Kept(*numbers) if counted else None, tuple(changes)


def _decode_followed(reader: Reader) -> Followed:
    reach, length = reader.unpack(FOLLOWED)
    if reach >= len(_REACHES):
        raise ValueError("the observation has a pointer that went nowhere known")
    return Followed(_REACHES[reach], reader.take(length))
