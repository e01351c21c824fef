"""What is read behind pointers that come back, as bytes, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from abidance.plan.array_end import ArrayEnd
from abidance.plan.condition_codec import decode_test, encode_test
from abidance.plan.layout import COUNT, DEEPEST, FOLLOW, INNER, PLACE, SUMMAND, TAIL
from abidance.plan.place_codec import decode_place, encode_place
from abidance.plan.plan import InnerProduct, InnerRead, NumberTest, PointerRead, Product, TailRead, ValuePlace

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.plan.reader import ByteReader

_Place = TypeVar("_Place")
_STRING, _ENDED, _HELD, _WITHIN, _TAILED, _PUTS, _ENDS_THERE, _TIMES, _WHEN = (1 << bit for bit in range(9))
_KNOWN = 2 * _WHEN - 1


def encode_read(follow: PointerRead) -> list[bytes]:
    """Return the parts of what is read behind one pointer."""
    length, within = follow.length, follow.within
    flags = (
        _STRING * follow.string
        | _ENDED * (follow.ends is not None)
        | _HELD * follow.held
        | _WITHIN * (within is not None)
        | _TAILED * (follow.tail is not None)
        | _PUTS * bool(follow.puts)
        | _ENDS_THERE * follow.ends_there
        | _TIMES * bool(follow.times or follow.plus)
        | _WHEN * bool(follow.when)
    )
    return [
        FOLLOW.pack(flags, (length is not None) | len(follow.behind) << 1, follow.scale, follow.limit),
        encode_place(follow.pointer),
        b"" if length is None else encode_place(length),
        *_encode_end(follow.ends),
        b"" if within is None else COUNT.pack(within),
        _encode_tail(follow.tail),
        _encode_bytes(follow.puts),
        *_encode_times(
            [encode_place(place) for place in follow.times],
            [(each.scale, [encode_place(place) for place in each.places]) for each in follow.plus],
        ),
        *_encode_when(follow.when),
        *map(_encode_inner, follow.behind),
    ]


def _encode_inner(read: InnerRead) -> bytes:
    flags = (
        _STRING * read.string
        | _ENDED * (read.ends is not None)
        | _TAILED * (read.tail is not None)
        | _ENDS_THERE * read.ends_there
        | _WITHIN * (read.within is not None)
        | _TIMES * bool(read.times or read.plus)
        | _WHEN * bool(read.when)
    )
    parts = [
        FOLLOW.pack(flags, (read.length is not None) | len(read.behind) << 1, read.scale, read.limit),
        INNER.pack(read.stride, read.offset),
        b"" if read.length is None else INNER.pack(*read.length),
        *_encode_end(read.ends),
        b"" if read.within is None else COUNT.pack(read.within),
        _encode_tail(read.tail),
        *_encode_times(
            [INNER.pack(*place) for place in read.times],
            [(each.scale, [INNER.pack(*place) for place in each.places]) for each in read.plus],
        ),
        *_encode_when(read.when),
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


def _encode_when(tests: tuple[NumberTest, ...]) -> list[bytes]:
    return [COUNT.pack(len(tests)), *(part for test in tests for part in encode_test(test))] if tests else []


def _decode_when(reader: ByteReader, flags: int) -> tuple[NumberTest, ...]:
    number = reader.counted(PLACE.size) if flags & _WHEN else 0
    return tuple(decode_test(reader) for _ in range(number))


def _encode_tail(tail: TailRead | None) -> bytes:
    return b"" if tail is None else TAIL.pack(tail.offset, tail.width, tail.start, tail.scale)


def _encode_bytes(raw: bytes) -> bytes:
    return COUNT.pack(len(raw)) + raw if raw else b""


def decode_read(reader: ByteReader) -> PointerRead:
    """Return what is read behind one pointer; raises ValueError."""
    flags, behind, scale, limit = reader.unpack(FOLLOW)
    if flags > _KNOWN:
        raise ValueError("the call follows a pointer in no known way")
    pointer = decode_place(reader)
    length = decode_place(reader) if behind & 1 else None
    ends = _decode_end(reader) if flags & _ENDED else None
    within = reader.unpack(COUNT)[0] if flags & _WITHIN else None
    tail = TailRead(*reader.unpack(TAIL)) if flags & _TAILED else None
    puts = _decode_bytes(reader) if flags & _PUTS else b""
    several = reader.counted(PLACE.size) if flags & _TIMES else 0
    times = tuple(decode_place(reader) for _ in range(several))
    plus = _decode_plus(reader, PLACE.size, decode_place) if flags & _TIMES else ()
    when = _decode_when(reader, flags)
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
        when,
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
        if flags > _KNOWN or flags & (_HELD | _PUTS) or not stride:
            raise ValueError("the call follows a pointer in no known way")
        length = reader.unpack(INNER) if behind & 1 else None
        ends = _decode_end(reader) if flags & _ENDED else None
        within = reader.unpack(COUNT)[0] if flags & _WITHIN else None
        tail = TailRead(*reader.unpack(TAIL)) if flags & _TAILED else None
        several = reader.counted(INNER.size) if flags & _TIMES else 0
        times = tuple(reader.unpack(INNER) for _ in range(several))
        plus = _decode_plus(reader, INNER.size, lambda r: r.unpack(INNER)) if flags & _TIMES else ()
        added = tuple([InnerProduct(*each) for each in plus])
        when = _decode_when(reader, flags)
        if any(test.place != ValuePlace(None, test.place.offset, test.place.width) for test in when):
            raise ValueError("the call follows a pointer as a number tells in memory that it is not in")
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
                when,
            )
        )
    return tuple(found)


def _encode_end(end: ArrayEnd | None) -> tuple[bytes, ...]:
    return () if end is None else (_encode_bytes(end.value), INNER.pack(end.unit, end.offset))


def _decode_end(reader: ByteReader) -> ArrayEnd:
    value = _decode_bytes(reader)
    unit, offset = reader.unpack(INNER)
    if offset + len(value) > unit:
        raise ValueError("the call reads up to an element that is smaller than what tells it")
    return ArrayEnd(value, unit, offset)


def _decode_bytes(reader: ByteReader) -> bytes:
    raw = reader.take(reader.counted(1))
    if not raw:
        raise ValueError("the call reads up to an element of no bytes, or writes none")
    return raw
