"""When a call is made, and which states it leads to, as bytes, and back."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from abidance.plan.formula import NumberLeft, Operator, SavedNumber, Step, fraction_of, is_whole
from abidance.plan.layout import CONDITION, COUNT, MOVE, PLACE, SIGNED_RANGE, STEP, UNSIGNED_RANGE
from abidance.plan.place_codec import WIDTHS, decode_numbers, decode_place, encode_numbers, encode_place
from abidance.plan.plan import Condition, Guard, Move, NumberTest, TextTest, ValuePlace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.plan.reader import ByteReader

_NEGATED, _OF_STATUS = 2, 4
_WORKED_OUT, _OF_FRACTION, _OF_TEXT = 2, 4, 8
_NUMBER, _BELOW_ZERO, _LEFT, _SAVED, _OPERATOR, _FRACTION = range(6)


_SAVED_FRACTION = 2


def encode_conditions(conditions: tuple[Condition, ...]) -> list[bytes]:
    """Return the parts of conditions on what earlier calls returned."""
    parts = [COUNT.pack(len(conditions))]
    for condition in conditions:
        layout = SIGNED_RANGE if condition.signed else UNSIGNED_RANGE
        kind = condition.signed | _NEGATED * condition.negated | _OF_STATUS * condition.of_status
        parts.append(CONDITION.pack(condition.call, kind, len(condition.ranges)))
        parts += [layout.pack(low, high) for low, high in condition.ranges]
    return parts


def decode_conditions(reader: ByteReader) -> tuple[Condition, ...]:
    """Return the conditions that come next; raises ValueError."""
    return tuple(_decode_condition(reader) for _ in range(reader.counted(CONDITION.size)))


def _decode_condition(reader: ByteReader) -> Condition:
    call, kind, count = reader.unpack(CONDITION)
    if kind > 1 | _NEGATED | _OF_STATUS:
        raise ValueError("the call has a condition of no known kind")
    signed = kind & 1
    layout = SIGNED_RANGE if signed else UNSIGNED_RANGE
    ranges = tuple(reader.unpack(layout) for _ in range(reader.count(count, layout.size)))
    return Condition(call, ranges, bool(signed), bool(kind & _NEGATED), bool(kind & _OF_STATUS))


def encode_guard(guard: Guard) -> bytes:
    """Return a guard as bytes."""
    apart = COUNT.pack(0 if guard.apart is None else guard.apart + 1)
    unlike = COUNT.pack(0 if guard.unlike is None else guard.unlike + 1)
    return b"".join((COUNT.pack(guard.slot), encode_numbers(guard.numbers), apart, unlike))


def encode_move(move: Move) -> bytes:
    """Return a move of a state as bytes."""
    slot, low, high = (0, 0, 0) if move.within is None else (move.within[0] + 1, *move.within[1:])
    parts = [MOVE.pack(move.slot, move.number, len(move.tests), slot, low, high, move.times)]
    for test in move.tests:
        parts += _encode_text_test(test) if isinstance(test, TextTest) else encode_test(test)
    return b"".join(parts)


def decode_guard(reader: ByteReader) -> Guard:
    """Return the guard that comes next; raises ValueError."""
    (slot,) = reader.unpack(COUNT)
    numbers, (apart,), (unlike,) = decode_numbers(reader), reader.unpack(COUNT), reader.unpack(COUNT)
    if bool(apart) + bool(unlike) + bool(numbers) > 1:
        raise ValueError("a guard is about a pointer, about a number, or about two of either")
    return Guard(slot, numbers, apart - 1 if apart else None, unlike - 1 if unlike else None)


def decode_move(reader: ByteReader) -> Move:
    """Return the move that comes next; raises ValueError."""
    slot, number, count, held, low, high, times = reader.unpack(MOVE)
    if low > high or (not held and (high or times != 1)):
        raise ValueError("a state is moved from no number")
    tests = tuple(_decode_any_test(reader) for _ in range(reader.count(count, PLACE.size)))
    return Move(slot, number, tests, (held - 1, low, high) if held else None, times)


def encode_test(test: NumberTest) -> Iterator[bytes]:
    """Yield the parts of what is asked of a number."""
    layout = SIGNED_RANGE if test.signed or test.formula else UNSIGNED_RANGE
    yield encode_place(test.place)
    kind = test.signed | _WORKED_OUT * bool(test.formula) | _OF_FRACTION * test.fraction
    yield CONDITION.pack(0, kind, len(test.ranges))
    yield from (layout.pack(low, high) for low, high in test.ranges)
    if test.formula:
        yield COUNT.pack(len(test.formula))
        yield from map(_encode_step, test.formula)


def _encode_text_test(test: TextTest) -> Iterator[bytes]:
    yield encode_place(ValuePlace(read=test.read))
    yield CONDITION.pack(0, _OF_TEXT, len(test.text))
    yield test.text


def decode_test(reader: ByteReader) -> NumberTest:
    """Return the test of a number that comes next; raises ValueError."""
    found = _decode_any_test(reader)
    if isinstance(found, NumberTest):
        return found
    raise ValueError("a text is tested where there is a number")


def _decode_any_test(reader: ByteReader) -> NumberTest | TextTest:
    place = decode_place(reader)
    call, kind, count = reader.unpack(CONDITION)
    if kind == _OF_TEXT and place.read is not None and place == ValuePlace(read=place.read) and not call:
        return TextTest(place.read, reader.take(reader.count(count, 1)))
    fraction = bool(kind & _OF_FRACTION)
    if call or kind > 1 | _WORKED_OUT | _OF_FRACTION or (fraction and place.width not in (4, 8)):
        raise ValueError("a number of another call is tested, or in no known way")
    signed, worked_out = bool(kind & 1), bool(kind & _WORKED_OUT)
    if fraction and not worked_out:
        raise ValueError("a fraction is tested of which no formula says how")
    layout = SIGNED_RANGE if signed or worked_out else UNSIGNED_RANGE
    ranges = tuple(reader.unpack(layout) for _ in range(reader.count(count, layout.size)))
    if not worked_out:
        return NumberTest(place, ranges, signed)
    formula = tuple([_decode_step(reader) for _ in range(reader.counted(STEP.size))])
    if not is_whole(formula):
        raise ValueError("a number is tested that is not worked out")
    return NumberTest(place, ranges, signed, formula, fraction)


def _encode_step(step: Step) -> bytes:
    match step:
        case Operator():
            return STEP.pack(_OPERATOR, step)
        case NumberLeft():
            return STEP.pack(_LEFT, 0)
        case SavedNumber():
            kind = step.signed | _SAVED_FRACTION * step.fraction
            return STEP.pack(_SAVED, step.slot | step.width << 32 | kind << 40)
        case float():
            return STEP.pack(_FRACTION, int.from_bytes(struct.pack("<d", step), "little"))
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
    if kind == _FRACTION:
        return fraction_of(number, 8)
    slot, width, how = number & 0xFFFFFFFF, number >> 32 & 0xFF, number >> 40
    fraction = how == _SAVED_FRACTION
    if kind != _SAVED or width not in ((4, 8) if fraction else WIDTHS) or how > _SAVED_FRACTION:
        raise ValueError("a formula has a step of no known kind")
    return SavedNumber(slot, width, how == 1, fraction)
