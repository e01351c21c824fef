"""Observations as bytes, and back.

Decoding trusts nothing: a worker whose memory a faulty library has overwritten can make it raise ValueError,
and nothing else. What a worker has written of an observation is at every moment a whole one, of the calls so
far, so that a death in the next call loses none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.plan.layout import (
    DAMAGE,
    FOLLOWED,
    LENGTH,
    MODIFIED,
    OBSERVATION_HEADER,
    OBSERVATION_MAGIC,
    RETURNED,
    VERSION,
)
from abidance.plan.observation import Damage, Followed, Modified, Observation, Reach, Returned
from abidance.plan.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.plan.reader import Buffer

_REACHES = tuple(Reach)
_REACH_CODES = {reach: code for code, reach in enumerate(_REACHES)}


def encode_returned(
    returned: Returned, damage: Sequence[Damage] = (), modified: Sequence[Modified] = ()
) -> bytes:
    """Return one call's part of an observation; the indices of the call itself are left to its position."""
    parts = [
        RETURNED.pack(
            returned.ran,
            0,
            len(returned.result),
            returned.errno,
            returned.nanoseconds,
            len(returned.blocks),
            len(returned.followed),
            len(damage),
            len(modified),
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
    size = OBSERVATION_HEADER.size + sum(map(len, parts))
    return OBSERVATION_HEADER.pack(OBSERVATION_MAGIC, VERSION, len(parts), 0, size) + b"".join(parts)


def decode_observation(encoded: Buffer) -> Observation:
    """Return the observation that `encoded` holds; raises ValueError when it holds none."""
    reader = Reader(encoded, "observation")
    magic, version, count, zero, total = reader.unpack(OBSERVATION_HEADER)
    if magic != OBSERVATION_MAGIC or version != VERSION or zero or total != len(encoded):
        raise ValueError("the observation has another format")
    damage: list[Damage] = []
    modified: list[Modified] = []
    calls: list[Returned] = []
    for index in range(reader.count(count, RETURNED.size)):
        ran, zero, width, errno, nanoseconds, blocks, follows, damaged, changed = reader.unpack(RETURNED)
        if ran > 1 or zero:
            raise ValueError("the observation has a call that neither ran nor was skipped")
        result = reader.take(width)
        seen = tuple(
            [reader.take(reader.unpack(LENGTH)[0]) for _ in range(reader.count(blocks, LENGTH.size))]
        )
        followed = tuple([_decode_followed(reader) for _ in range(reader.count(follows, FOLLOWED.size))])
        calls.append(Returned(bool(ran), result, errno, nanoseconds, seen, followed))
        damage += [Damage(index, *reader.unpack(DAMAGE)) for _ in range(reader.count(damaged, DAMAGE.size))]
        modified += [
            Modified(index, *reader.unpack(MODIFIED)) for _ in range(reader.count(changed, MODIFIED.size))
        ]
    reader.finish()
    return Observation(tuple(calls), tuple(damage), tuple(modified))


def _decode_followed(reader: Reader) -> Followed:
    reach, length = reader.unpack(FOLLOWED)
    if reach >= len(_REACHES):
        raise ValueError("the observation has a pointer that went nowhere known")
    return Followed(_REACHES[reach], reader.take(length))
