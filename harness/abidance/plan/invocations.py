"""Invocations as the arena notes them, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.plan.layout import FOREIGN, LATE, NOTED, NOTED_ARGUMENT, NOTED_READ, NOTED_WRITE, RESULT
from abidance.plan.observation import DeallocationStatus, Invocation, PointerReadResult, PointerReadStatus
from abidance.plan.reader import ByteReader

if TYPE_CHECKING:
    from collections.abc import Sequence

_VERDICTS = tuple(DeallocationStatus)
_REACHES = (
    PointerReadStatus.NULL,
    PointerReadStatus.READ,
    PointerReadStatus.UNREADABLE,
    PointerReadStatus.UNTERMINATED,
    PointerReadStatus.NO_RANGE,
)


def encode_invocations(invocations: Sequence[Invocation]) -> bytes:
    """Return what the arena would have noted."""
    parts = []
    for each in invocations:
        flags = FOREIGN * each.foreign | LATE * each.late
        index = RESULT if each.callback is None else each.callback
        counts = (len(each.arguments), len(each.reads), len(each.writes), len(each.result))
        blocks = [RESULT if block is None else block for block in (each.made, each.returned)]
        verdict = _VERDICTS.index(each.given_back)
        parts.append(
            NOTED.pack(index, flags, each.call, each.answer, *counts, *blocks, verdict, 0, each.position)
        )
        for raw, at in zip(each.arguments, each.at, strict=True):
            parts += (NOTED_ARGUMENT.pack(len(raw), *((RESULT, 0) if at is None else at)), raw)
        for read in each.reads:
            contents = b"" if read.reach is PointerReadStatus.NULL else read.contents
            parts += (NOTED_READ.pack(_REACHES.index(read.reach), 0, len(contents)), contents)
        parts += [NOTED_WRITE.pack(_REACHES.index(reach), 0, size) for reach, size in each.writes]
        parts.append(each.result)
    return b"".join(parts)


def decode_invocations(noted: bytes) -> tuple[Invocation, ...]:
    """Return the invocations; raises ValueError when there are none."""
    reader = ByteReader(noted, "observation")
    found = []
    while reader.at < len(noted):
        found.append(_decode(reader))
    return tuple(found)


def _decode(reader: ByteReader) -> Invocation:
    index, flags, call, answer, arguments, reads, writes, width, *allocated = reader.unpack(NOTED)
    made, returned, verdict, zero, position = allocated
    if flags > FOREIGN | LATE or verdict >= len(_VERDICTS) or zero:
        raise ValueError("the observation has an invocation of no known kind")
    given: list[bytes] = []
    at: list[tuple[int, int] | None] = []
    for _ in range(reader.count(arguments, NOTED_ARGUMENT.size)):
        size, block, offset = reader.unpack(NOTED_ARGUMENT)
        given.append(reader.take(size))
        if block == RESULT and offset:
            raise ValueError("the observation has a place in no block")
        at.append(None if block == RESULT else (block, offset))
    followed = []
    for _ in range(reader.count(reads, NOTED_READ.size)):
        reach, zero, length = reader.unpack(NOTED_READ)
        if reach >= len(_REACHES) or zero:
            raise ValueError("the observation has a pointer that went nowhere known")
        if length and _REACHES[reach] is PointerReadStatus.NULL:
            raise ValueError("the observation has something behind a null pointer")
        followed.append(PointerReadResult(_REACHES[reach], reader.take(length)))
    written = []
    for _ in range(reader.count(writes, NOTED_WRITE.size)):
        reach, zero, size = reader.unpack(NOTED_WRITE)
        if reach >= len(_REACHES) or zero:
            raise ValueError("the observation has a pointer that was written through in no known way")
        written.append((_REACHES[reach], size))
    return Invocation(
        None if index == RESULT else index,
        call,
        tuple(given),
        tuple(at),
        tuple(followed),
        answer,
        foreign=bool(flags & FOREIGN),
        late=bool(flags & LATE),
        writes=tuple(written),
        result=reader.take(width),
        made=None if made == RESULT else made,
        returned=None if returned == RESULT else returned,
        given_back=_VERDICTS[verdict],
        position=position,
    )
