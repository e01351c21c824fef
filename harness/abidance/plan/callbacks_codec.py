"""Callbacks as bytes, and back: the arena reads them in place."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from abidance.plan.callback_script import (
    MOST_CURSORS,
    MOST_GIVEN,
    RESULT_TOLD,
    Allocator,
    CallbackCall,
    CallbackFreeing,
    CallbackLeaving,
    CallbackNumber,
    CallbackScript,
    Comparand,
    ComparandKind,
    FileAction,
    FileAnswer,
    Most,
    Passed,
    Position,
    Read,
    Spot,
    Write,
)
from abidance.plan.layout import (
    ADDRESSES,
    ALLOCATES,
    ALLOCATOR,
    BEHIND,
    BOUND,
    BOUNDED,
    BOUNDED_SEEK,
    CALLBACK,
    CALLING,
    COMPARAND,
    COUNT,
    COUNTED_WRITE,
    DECIDING,
    FILE,
    FILED,
    FREEING,
    FREES,
    GIVEN,
    GIVES,
    IN_RESULT,
    IN_WRITE,
    LASTING,
    LEAVING,
    NOBODY,
    NUMBER,
    OWN_FILE,
    PART,
    PLACED_WRITE,
    POSITION,
    POSITIONED,
    READ,
    RELATIVE,
    RESULT,
    SIGNED,
    WRITE,
    ZEROES,
)
from abidance.plan.plan import Address, Slot, Value

if TYPE_CHECKING:
    from abidance.plan.reader import ByteReader


def encode_callback(callback: CallbackScript) -> bytes:
    """Return the callback's bytes; the arena reads them in place."""
    turns = len(callback.answers)
    width = len(callback.answers[0]) if callback.answers else 0
    if any(len(answer) != width for answer in callback.answers):
        raise ValueError("a callback answers in several sizes")
    if any(len(write.contents) != turns for write in callback.writes):
        raise ValueError("a callback writes in other turns than it answers in")
    counts = (len(callback.sizes), len(callback.reads), turns, width, len(callback.writes))
    return b"".join(
        (
            CALLBACK.pack(
                callback.slot,
                callback.kind,
                *counts,
                _flags(callback),
            ),
            struct.pack(f"<{len(callback.sizes)}I", *callback.sizes),
            *map(_encode_read, callback.reads),
            *_encode_allocator(callback.allocator),
            *_encode_comparands(callback.by),
            *_encode_most(callback.most),
            *_encode_position(callback.position),
            *_encode_file(callback.file),
            *callback.answers,
            *map(_encode_write, callback.writes),
            *_encode_freed(callback.frees),
            *_encode_inner(callback.calls),
            *_encode_leaving(callback.leaves),
        )
    )


def _flags(callback: CallbackScript) -> int:
    shown = ADDRESSES * callback.addresses | ALLOCATOR * (callback.allocator is not None)
    shown |= CALLING * bool(callback.calls) | DECIDING * bool(callback.by)
    shown |= BOUNDED * (callback.most is not None) | POSITIONED * (callback.position is not None)
    shown |= FILED * (callback.file is not None) | LEAVING * (callback.leaves is not None)
    return shown | GIVES * callback.gives | FREEING * bool(callback.frees) | LASTING * callback.lasting


def _encode_freed(frees: tuple[CallbackFreeing, ...]) -> list[bytes]:
    if not frees:
        return []
    parts = [COUNT.pack(len(frees))]
    for each in frees:
        symbol = each.symbol.encode()
        parts += (COUNT.pack(each.argument), COUNT.pack(len(symbol)), symbol)
        parts += (COUNT.pack(len(each.given)), *map(_encode_given, each.given))
    return parts


_GIVEN_NUMBER, _GIVEN_SLOT, _GIVEN_ADDRESS, _GIVEN_PASSED = range(4)


def _encode_given(given: Value | Slot | Address | Passed) -> bytes:
    match given:
        case Slot(index):
            return GIVEN.pack(_GIVEN_SLOT, index)
        case Address(block):
            return GIVEN.pack(_GIVEN_ADDRESS, block)
        case Passed(argument):
            return GIVEN.pack(_GIVEN_PASSED, argument)
    return GIVEN.pack(_GIVEN_NUMBER, int.from_bytes(given.raw, "little"))


def _encode_inner(calls: tuple[CallbackCall, ...]) -> list[bytes]:
    if not calls:
        return []
    parts = [COUNT.pack(len(calls))]
    for call in calls:
        symbol = call.symbol.encode()
        parts += (COUNT.pack(call.turn), COUNT.pack(len(symbol)), symbol, COUNT.pack(len(call.arguments)))
        parts += map(_encode_given, call.arguments)
    return parts


def _encode_leaving(leaves: CallbackLeaving | None) -> list[bytes]:
    if leaves is None:
        return []
    symbol = leaves.symbol.encode()
    return [COUNT.pack(len(symbol)), symbol, COUNT.pack(len(leaves.given)), *map(_encode_given, leaves.given)]


def _encode_allocator(part: Allocator | None) -> list[bytes]:
    if part is None:
        return []
    does = ALLOCATES * part.allocates | FREES * (part.frees is not None) | ZEROES * part.zeroes
    head = PART.pack(part.number, does, part.frees or 0, len(part.room), part.scale)
    return [head, *map(_encode_number, part.room)]


def _encode_comparands(by: tuple[Comparand, ...]) -> list[bytes]:
    if not by:
        return []
    both = (*by, Comparand(NOBODY))[:2]
    return [COMPARAND.pack(each.region, each.offset, each.width, each.kind) for each in both]


def _encode_most(most: Most | None) -> list[bytes]:
    if most is None:
        return []
    return [BOUND.pack(most.signed, len(most.numbers), most.scale), *map(_encode_number, most.numbers)]


_FAILS = (1 << 64) - 1


def _encode_position(position: Position | None) -> list[bytes]:
    if position is None:
        return []
    places = (NOBODY if each is None else each for each in (position.data, position.count))
    counts = (len(position.numbers), len(position.lengths), position.size)
    lengths = [_FAILS if each is None else each for each in position.lengths]
    cursor = NOBODY if position.cursor is None else position.cursor
    return [
        POSITION.pack(
            *counts,
            *places,
            position.repeats,
            cursor,
            position.stored,
            position.placed,
            position.whole + (position.whole and position.fails is None),
            int.from_bytes(position.fails or b"", "little"),
            position.scale,
        ),
        *map(_encode_number, position.numbers),
        struct.pack(f"<{len(lengths)}Q", *lengths),
    ]


def _encode_file(file: FileAnswer | None) -> list[bytes]:
    if file is None:
        return []
    flags = RELATIVE * file.relative | BOUNDED_SEEK * file.bounded
    flags |= (
        IN_RESULT * file.in_result
        | IN_WRITE * file.written
        | COUNTED_WRITE * file.counted
        | OWN_FILE * file.own
        | PLACED_WRITE * (file.begin is not None)
    )
    begin, before = file.begin or (1, ())
    places = file.numbers or tuple(each for each in (file.place,) if each is not None)
    others = before or tuple(each for each in (file.whence,) if each is not None)
    counts = (len(places), len(others), len(file.succeed))
    failure = int.from_bytes(file.failure, "little")
    data = NOBODY if file.data is None else file.data
    return [
        FILE.pack(file.cursor, file.action, *counts, flags, failure, data, file.size, file.scale, begin),
        *map(_encode_number, (*places, *others)),
        bytes(file.succeed),
    ]


def _encode_number(each: CallbackNumber) -> bytes:
    return NUMBER.pack(each.argument, each.width, BEHIND * each.behind | SIGNED * each.signed)


def _encode_write(write: Write) -> bytes:
    told = NOBODY if write.told is None else RESULT if write.told == RESULT_TOLD else write.told
    counts = (len(write.room), len(write.units))
    parts = [WRITE.pack(write.argument, told, write.width, *counts, write.lends, write.scale, write.unit)]
    parts += map(_encode_number, (*write.room, *write.units))
    parts += [COUNT.pack(RESULT) if each is None else COUNT.pack(len(each)) + each for each in write.contents]
    return b"".join(parts)


def _encode_read(read: Read) -> bytes:
    length = read.length or Spot(0, 0, 0)
    return READ.pack(
        read.pointer.region,
        read.string,
        read.pointer.offset,
        read.length is not None,
        length.region,
        length.offset,
        length.width,
        0,
        read.scale,
        read.limit,
    )


def decode_callbacks(reader: ByteReader) -> tuple[tuple[CallbackScript, bytes], ...]:
    """Return callbacks, each with its bytes; raises ValueError when there are none."""
    return tuple(_decode_callback(reader) for _ in range(reader.counted(CALLBACK.size)))


def _decode_callback(reader: ByteReader) -> tuple[CallbackScript, bytes]:
    start = reader.at
    slot, kind, arguments, reads, answers, width, writes, flags = reader.unpack(CALLBACK)
    sizes = tuple(reader.unpack(COUNT)[0] for _ in range(reader.count(arguments, COUNT.size)))
    found = tuple(_decode_read(reader) for _ in range(reader.count(reads, READ.size)))
    part = _decode_allocator(reader, arguments) if flags & ALLOCATOR else None
    by = _decode_comparands(reader, arguments + reads) if flags & DECIDING else ()
    most = _decode_most(reader) if flags & BOUNDED else None
    position = _decode_position(reader, width) if flags & POSITIONED else None
    if position is not None and len(position.lengths) != answers:
        raise ValueError("the plan has a callback that reads in other turns than it answers in")
    file = _decode_file(reader, sizes, width, writes) if flags & FILED else None
    if file is not None and len(file.succeed) != answers:
        raise ValueError("the plan has a callback that seeks in other turns than it answers in")
    if file is not None and file.counted and most is None:
        raise ValueError("the plan has a callback that answers how much it has written, of nothing known")
    if len(by) == len(("one", "other")) and answers != len(("below", "alike", "above")):
        raise ValueError("the plan has a callback that compares and has not three answers")
    said = tuple(reader.take(width) for _ in range(reader.count(answers, width or COUNT.size)))
    points = flags & ADDRESSES or (part is not None and part.allocates)
    known = (ADDRESSES | ALLOCATOR | GIVES | FREEING | LASTING | CALLING | DECIDING) | (
        BOUNDED | POSITIONED | FILED | LEAVING
    )
    if bool(said) != bool(width or writes or flags & FILED) or flags > known or (points and width != 8):
        raise ValueError("the plan has a callback without answers")
    written = tuple(_decode_write(reader, answers) for _ in range(reader.count(writes, WRITE.size)))
    freed = (
        tuple(_decode_freed(reader, arguments) for _ in range(reader.counted(8))) if flags & FREEING else ()
    )
    calls = (
        tuple(_decode_inner(reader, arguments) for _ in range(reader.counted(12))) if flags & CALLING else ()
    )
    leaves = _decode_leaving(reader, arguments) if flags & LEAVING else None
    if leaves is not None and (position is None or position.fails is None):
        raise ValueError("the plan has a callback that leaves and never fails")
    end, reader.at = reader.at, start
    gives = bool(flags & GIVES)
    if (gives and not flags & ADDRESSES) or bool(freed) != bool(flags & FREEING):
        raise ValueError("the plan has a callback that gives or frees nothing known")
    if bool(calls) != bool(flags & CALLING):
        raise ValueError("the plan has a callback that calls nothing")
    lasting = bool(flags & LASTING)
    made = CallbackScript(
        slot,
        kind,
        sizes,
        found,
        said,
        written,
        bool(flags & ADDRESSES),
        part,
        gives,
        freed,
        lasting,
        calls,
        leaves,
        by,
        most,
        position,
        file,
    )
    return made, reader.take(end - start)


def _decode_most(reader: ByteReader) -> Most:
    signed, count, scale = reader.unpack(BOUND)
    numbers = tuple(_decode_number(reader) for _ in range(reader.count(count, NUMBER.size)))
    return Most(scale, numbers, bool(signed))


def _decode_position(reader: ByteReader, width: int) -> Position:
    numbers, turns, size, data, count, repeats, cursor, *flags, fails, scale = reader.unpack(POSITION)
    stored, placed, whole = flags
    wrong = repeats > 1 or stored > 1 or (stored and (NOBODY in (cursor, data) or repeats))
    wrong = wrong or placed > 1 or (placed and cursor == NOBODY)
    wrong = wrong or whole > 2 or (whole and not stored) or fails >> (8 * min(width, 8) * (whole == 1))
    if wrong or not turns or not size or (cursor != NOBODY and cursor >= MOST_CURSORS):
        raise ValueError("the plan has a callback that reads from nowhere")
    listed = tuple(_decode_number(reader) for _ in range(reader.count(numbers, NUMBER.size)))
    lengths = struct.unpack(f"<{turns}Q", reader.take(8 * reader.count(turns, 8)))
    return Position(
        scale,
        listed,
        size,
        tuple(None if each == _FAILS else each for each in lengths),
        None if data == NOBODY else data,
        None if count == NOBODY else count,
        bool(repeats),
        None if cursor == NOBODY else cursor,
        bool(stored),
        bool(placed),
        whole != 0,
        fails.to_bytes(width, "little") if whole == 1 else None,
    )


def _decode_file(reader: ByteReader, sizes: tuple[int, ...], width: int, writes: int) -> FileAnswer:
    cursor, action, places, whences, turns, flags, failure, data, size, scale, begin = reader.unpack(FILE)
    known = (
        action < len(FileAction)
        and flags <= RELATIVE | BOUNDED_SEEK | IN_RESULT | IN_WRITE | COUNTED_WRITE | OWN_FILE | PLACED_WRITE
    )
    placed = bool(flags & PLACED_WRITE)
    seeks, stores = action == FileAction.SEEKS, action == FileAction.WRITES
    if (
        not known
        or cursor >= MOST_CURSORS
        or (places != seeks and not stores)
        or (whences > seeks and not placed)
        or (begin != 1 and not placed)
        or failure >> (8 * width)
        or not (size == scale == 1 or stores)
        or not size
        or not (data == NOBODY if not stores else data < len(sizes) and sizes[data] == 8)
        or (flags & (COUNTED_WRITE | OWN_FILE | PLACED_WRITE) and not stores)
    ):
        raise ValueError("the plan has a callback that does with a position what is not known")
    if (
        (flags & IN_RESULT and not width)
        or (flags & IN_WRITE and not writes)
        or (flags & (RELATIVE | BOUNDED_SEEK) and not seeks)
    ):
        raise ValueError("the plan has a callback that tells of a position nowhere")
    numbers = tuple(_decode_number(reader) for _ in range(reader.count(places, NUMBER.size)))
    place = numbers[0] if seeks else None
    others = tuple(_decode_number(reader) for _ in range(reader.count(whences, NUMBER.size)))
    succeed = reader.take(turns)
    if set(succeed) - {0, 1}:
        raise ValueError("the plan has a callback of which it is not known whether it succeeds")
    return FileAnswer(
        cursor,
        FileAction(action),
        tuple(map(bool, succeed)),
        failure.to_bytes(width, "little"),
        place,
        others[0] if seeks and others else None,
        bool(flags & RELATIVE),
        bool(flags & BOUNDED_SEEK),
        bool(flags & IN_RESULT),
        bool(flags & IN_WRITE),
        data if stores else None,
        scale,
        numbers if stores else (),
        bool(flags & COUNTED_WRITE),
        size,
        bool(flags & OWN_FILE),
        (begin, others) if placed else None,
    )


def _decode_write(reader: ByteReader, turns: int) -> Write:
    argument, told, width, room, units, lends, scale, unit = reader.unpack(WRITE)
    if lends > 1 or not unit or width > 8:
        raise ValueError("the plan has a callback that writes in no known way")
    numbers = [_decode_number(reader) for _ in range(reader.count(room + units, NUMBER.size))]
    contents = []
    for _ in range(reader.count(turns, COUNT.size)):
        (length,) = reader.unpack(COUNT)
        contents.append(None if length == RESULT else reader.take(length))
        if lends and length not in (RESULT, 16):
            raise ValueError("the plan has a callback that lends no block")
    who = {NOBODY: None, RESULT: RESULT_TOLD}.get(told, told)
    return Write(
        argument,
        tuple(contents),
        scale,
        tuple(numbers[:room]),
        who,
        width,
        unit,
        tuple(numbers[room:]),
        bool(lends),
    )


def _decode_freed(reader: ByteReader, arguments: int) -> CallbackFreeing:
    (argument,) = reader.unpack(COUNT)
    symbol = reader.text()
    given = _decode_given(reader)
    passed = [each.argument for each in given if isinstance(each, Passed)]
    if max(passed, default=argument) >= arguments or argument not in passed:
        raise ValueError("the plan has a callback that frees what it is not given")
    return CallbackFreeing(argument, symbol, given)


def _decode_leaving(reader: ByteReader, arguments: int) -> CallbackLeaving:
    symbol = reader.text()
    given = _decode_given(reader)
    made = tuple(each for each in given if isinstance(each, Passed | Value))
    if len(made) != len(given) or any(isinstance(n, Passed) and n.argument >= arguments for n in made):
        raise ValueError("the plan has a callback that leaves with what it is not given")
    return CallbackLeaving(symbol, made)


def _decode_inner(reader: ByteReader, arguments: int) -> CallbackCall:
    (turn,) = reader.unpack(COUNT)
    symbol = reader.text()
    given = _decode_given(reader)
    if any(isinstance(each, Passed) and each.argument >= arguments for each in given):
        raise ValueError("the plan has a callback that calls with what it is not given")
    return CallbackCall(turn, symbol, given)


def _decode_given(reader: ByteReader) -> tuple[Value | Slot | Address | Passed, ...]:
    (count,) = reader.unpack(COUNT)
    if count > MOST_GIVEN:
        raise ValueError("the plan has a callback that calls with more than it can give")
    found: list[Value | Slot | Address | Passed] = []
    for _ in range(count):
        kind, number = reader.unpack(GIVEN)
        if kind > _GIVEN_PASSED:
            raise ValueError(
                "the plan has a callback that calls with what is no number, no slot and no block"
            )
        if kind == _GIVEN_NUMBER:
            found.append(Value(number.to_bytes(8, "little")))
        else:
            made = {_GIVEN_SLOT: Slot, _GIVEN_ADDRESS: Address, _GIVEN_PASSED: Passed}[kind]
            found.append(made(number))
    return tuple(found)


def _decode_allocator(reader: ByteReader, arguments: int) -> Allocator:
    number, does, frees, room, scale = reader.unpack(PART)
    if not does & (ALLOCATES | FREES) or does > ALLOCATES | FREES | ZEROES or frees >= arguments:
        raise ValueError("the plan has a callback that allocates in no known way")
    numbers = tuple(_decode_number(reader) for _ in range(reader.count(room, NUMBER.size)))
    taken = frees if does & FREES else None
    return Allocator(number, bool(does & ALLOCATES), scale, numbers, bool(does & ZEROES), taken)


def _decode_comparands(reader: ByteReader, regions: int) -> tuple[Comparand, ...]:
    found = []
    for number in range(2):
        region, offset, width, kind = reader.unpack(COMPARAND)
        if number and region == NOBODY:
            break
        if region >= regions or kind not in {*map(int, ComparandKind)}:
            raise ValueError("the plan has a callback that decides by nothing known")
        found.append(Comparand(region, offset, width, ComparandKind(kind)))
    return tuple(found)


def _decode_number(reader: ByteReader) -> CallbackNumber:
    argument, width, flags = reader.unpack(NUMBER)
    if flags > BEHIND | SIGNED or width > 8:
        raise ValueError("the plan has a callback that counts in no known way")
    return CallbackNumber(argument, width, bool(flags & BEHIND), bool(flags & SIGNED))


def _decode_read(reader: ByteReader) -> Read:
    region, string, offset, has_length, *length, zero, scale, limit = reader.unpack(READ)
    if string > 1 or has_length > 1 or zero or (any(length) and not has_length):
        raise ValueError("the plan has a callback that reads in no known way")
    return Read(Spot(region, offset), bool(string), Spot(*length) if has_length else None, scale, limit)
