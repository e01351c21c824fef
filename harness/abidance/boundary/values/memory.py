"""Values to bytes and back, for everything that has a fixed place: scalars, records, arrays."""

from __future__ import annotations

import math
import struct
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.float_formats import (
    Binary,
    OutOfRangeError,
    Real,
    nearest,
    pack_real,
    unpack_real,
)
from abidance.boundary.model.types import (
    AddressShape,
    ArrayShape,
    DeadShape,
    EndShape,
    HandleShape,
    NothingShape,
    NumberHandle,
    OpaqueAddressShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    UserDataShape,
    What,
)
from abidance.boundary.model.values import OPAQUE_ADDRESSES, ROOM, SOMEWHERE, Script, Value, named
from abidance.boundary.model.variants import living, living_of, with_named_tag
from abidance.boundary.values.content_answers import orders
from abidance.contract.expression import AnotherLives, EvaluationError, spelling
from abidance.ir.layout import AddressConstant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from abidance.boundary.model.types import Member, Shape

    Records = tuple[Mapping[str, object], ...]
    PutPointer = Callable[[Shape, Value, int, str, Records], None]
    GetPointer = Callable[[Shape, bytes, str], Value]

_FLOATS = {4: "<f", 8: "<d"}
DEAD = b"\xa5"


class ValueTooWideError(ValueError):
    """A number does not fit the C type it is meant for."""


def pack_scalar(shape: ScalarShape, value: Value) -> bytes:
    """Return a number as its C type holds it, little-endian; raises ValueTooWideError when it does not fit."""
    try:
        if shape.kind != "float":
            assert isinstance(value, int), value
            if shape.width and not _fits(value, shape.width, signed=shape.signed):
                raise OverflowError
            return int(value).to_bytes(shape.size, "little", signed=shape.signed)
        assert isinstance(value, int | float | Fraction), value
        if shape.format is not None:
            return pack_real(shape.format, value, shape.size)
        return struct.pack(_FLOATS[shape.size], float(value))
    except (OverflowError, OutOfRangeError):
        raise ValueTooWideError(f"{value!r} does not fit `{shape.spelling}`") from None


def _fits(value: int, width: int, *, signed: bool) -> bool:
    return -(1 << (width - 1)) <= value < 1 << (width - 1) if signed else 0 <= value < 1 << width


def rounded(shape: ScalarShape, value: Real) -> Real:
    """Return the number that a floating-point type holds for `value`."""
    if shape.format is not None:
        return nearest(shape.format, value)
    if shape.size != 4 and isinstance(value, float):
        return value
    try:
        number: float = struct.unpack(_FLOATS[shape.size], struct.pack(_FLOATS[shape.size], float(value)))[0]
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    return number


def within(shape: ScalarShape, value: Real) -> bool:
    """Tell whether a number is in the range of its place, whose ends are as the type holds them; NaN is not outside."""
    lowest, highest = (_end(shape, end) for end in (shape.lowest, shape.highest))
    return not (value < lowest or value > highest)


def _end(shape: ScalarShape, end: float) -> Real:
    return rounded(shape, end) if shape.kind == "float" and math.isfinite(end) else end


def unpack_scalar(shape: ScalarShape, raw: bytes) -> Real:
    """Return the number that `raw` holds."""
    if shape.kind == "float":
        if shape.format is not None:
            return unpack_real(shape.format, raw)
        number: float = struct.unpack(_FLOATS[shape.size], raw)[0]
        return number
    whole = int.from_bytes(raw, "little", signed=shape.signed and not shape.width)
    if shape.width:
        # The bits above are unspecified (x86-64 psABI 3.1.2, `_BitInt`).
        whole &= (1 << shape.width) - 1
        whole -= (whole >> (shape.width - 1) << shape.width) if shape.signed else 0
    # A byte other than 0 and 1 stays the number that it is: that is what the domain check looks for.
    return named(whole, shape.names, truth=shape.kind == "bool")


def pack(
    shape: Shape,
    value: Value,
    into: bytearray,
    at: int,
    path: str,
    pointer: PutPointer,
    around: Records = (),
) -> None:
    """Write `value` at offset `at` of `into`.

    Pointers are given to `pointer`, with the records around them, innermost first; it may leave them zero.
    """
    match shape:
        case ScalarShape():
            into[at : at + shape.size] = pack_scalar(shape, value)
        case RecordShape():
            assert isinstance(value, dict), (path, value)
            inner = (value, *around)
            if shape.variants:
                there = living_of(shape, value)
                _spoil(shape, there, into, at)
                shape = there
            elif any(isinstance(member.shape, DeadShape) for member in shape.members):
                _spoil_around(shape, into, at)
            for member in _ends_last(shape.members):
                if member.name not in value and not isinstance(member.shape, EndShape):
                    continue
                item = value.get(member.name, SOMEWHERE)
                if member.bits:
                    _pack_bits(member, item, into, at)
                else:
                    pack(
                        member.shape, item, into, at + member.offset, f"{path}.{member.name}", pointer, inner
                    )
        case ArrayShape():
            if isinstance(value, bytes):
                into[at : at + len(value)] = value
                return
            assert isinstance(value, list), (path, value)
            for index, item in enumerate(value):
                pack(shape.of, item, into, at + index * shape.of.size, f"{path}[{index}]", pointer, around)
        case PointerShape(tail=True):
            _pack_tail(shape, value, into, at, path, pointer, around)
        case NumberHandle(number=number) if isinstance(value, int):
            into[at : at + number.size] = pack_scalar(number, value)
        case OpaqueAddressShape() if isinstance(value, AddressConstant):
            into[at : at + shape.size] = value.address.to_bytes(shape.size, "little")
        case AddressShape() | NumberHandle():
            pointer(shape, value, at, path, around)
        case NothingShape():
            pass


def _ends_last(members: tuple[Member, ...]) -> tuple[Member, ...]:
    """Return the fields of a record, those behind that point to the end of what another one points to."""
    if not any(isinstance(member.shape, EndShape) for member in members):
        return members
    return tuple(sorted(members, key=lambda member: isinstance(member.shape, EndShape)))


def _pack_tail(
    shape: PointerShape,
    value: Value,
    into: bytearray,
    at: int,
    path: str,
    pointer: PutPointer,
    around: Records,
) -> None:
    """Write the elements of a flexible array member behind the fields of its record, which grows with them."""
    if value is None:
        return
    assert isinstance(value, bytes | list), (path, value)
    step = shape.unit
    into.extend(bytes(max(0, at + len(value) * step - len(into))))
    if isinstance(value, bytes):
        into[at : at + len(value)] = value
        return
    for index, item in enumerate(value):
        pack(shape.element, item, into, at + index * step, f"{path}[{index}]", pointer, around)


def tail_of(shape: Shape) -> tuple[int, PointerShape] | None:
    """Return the flexible array member of a record, and where it begins."""
    if isinstance(shape, RecordShape) and shape.members:
        last = shape.members[-1]
        if isinstance(last.shape, PointerShape) and last.shape.tail:
            return last.offset, last.shape
    return None


def unpack_tail(shape: PointerShape, raw: bytes, length: int, path: str, pointer: GetPointer) -> Value:
    """Return the first elements of a flexible array member that begins where `raw` does, as many as there are."""
    step = shape.unit
    if shape.what is What.BYTES:
        return raw[:length]
    starts = range(0, min(length * step, len(raw) - step + 1), step)
    return [
        unpack(shape.element, raw[at : at + step], f"{path}[{n}]", pointer) for n, at in enumerate(starts)
    ]


def flexible_length(shape: PointerShape, fields: Mapping[str, object]) -> int:
    """Return how many elements a flexible array member has, by the fields before it: none where they do not tell."""
    assert shape.length is not None
    try:
        number = shape.length.evaluate({spelling(name): value for name, value in fields.items()})
    except EvaluationError:
        return 0
    return number if isinstance(number, int) and not isinstance(number, bool) else 0


def unpack(shape: Shape, raw: bytes, path: str, pointer: GetPointer) -> Value:
    """Return the value that stands at the start of `raw`. Pointers are asked of `pointer`."""
    match shape:
        case ScalarShape():
            return unpack_scalar(shape, raw[: shape.size])
        case RecordShape():
            fields: dict[str, Value] = {}
            for member in living_in(shape, raw).members:
                if member.bits:
                    fields[member.name] = unpack_bits(member, raw)
                elif isinstance(member.shape, PointerShape) and member.shape.tail:
                    length, where = max(flexible_length(member.shape, fields), 0), f"{path}.{member.name}"
                    fields[member.name] = unpack_tail(
                        member.shape, raw[member.offset :], length, where, pointer
                    )
                else:
                    inner = raw[member.offset : member.offset + member.shape.size]
                    fields[member.name] = unpack(member.shape, inner, f"{path}.{member.name}", pointer)
            return fields
        case ArrayShape(of, count):
            if is_byte(of):
                return raw[:count]
            return [
                unpack(of, raw[i * of.size : (i + 1) * of.size], f"{path}[{i}]", pointer)
                for i in range(count)
            ]
        case NumberHandle(number=number):
            return unpack_scalar(number, raw[: number.size])
        case OpaqueAddressShape():
            return (
                AddressConstant(int.from_bytes(raw[: shape.size], "little"))
                if any(raw[: shape.size])
                else None
            )
        case AddressShape() | HandleShape():
            return pointer(shape, raw[:8], path)
        case DeadShape(reason=reason):
            value: Value = _absent(reason)
            return value
        case NothingShape():
            return None


def _absent(reason: str) -> Any:
    """Return what stands for the value of a member that does not live, and for no value of C."""
    return AnotherLives(reason)


def living_in(shape: RecordShape, raw: bytes) -> RecordShape:
    """Return a record in which each union that has a tag is what lives in it, by the bytes of the record."""
    if not shape.variants:
        return shape

    def field(member: Member) -> object:
        if member.bits:
            return unpack_bits(member, raw)
        return unpack(member.shape, raw[member.offset : member.offset + member.shape.size], "", shallow)

    return living(shape, field)


def _spoil(shape: RecordShape, there: RecordShape, into: bytearray, at: int) -> None:
    """Put anything into unions that have a tag, but where a member lives: who looks at the rest of it is seen."""
    for variant in shape.variants:
        members, alive, start = shape.members, there.members, at
        for name in variant.path:
            outer, inner = (next(m for m in each if m.name == name) for each in (members, alive))
            assert isinstance(outer.shape, RecordShape)
            assert isinstance(inner.shape, RecordShape)
            members, alive, start = outer.shape.members, inner.shape.members, start + outer.offset
        inside = [m for m in members if variant.union in dict(m.within)]
        for member in inside:
            low, high = extent(member)
            into[start + low : start + high] = DEAD * (high - low)
        names = {m.name for m in alive if not isinstance(m.shape, DeadShape)}
        for member in inside:
            if member.name in names:
                low, high = extent(member)
                into[start + low : start + high] = bytes(high - low)


def _spoil_around(shape: RecordShape, into: bytearray, at: int) -> None:
    """Put anything into a union that is an argument, but where a member lives."""
    into[at : at + shape.size] = DEAD * shape.size
    for member in shape.members:
        if not isinstance(member.shape, DeadShape):
            low, high = extent(member)
            into[at + low : at + high] = bytes(high - low)


def meaning(shape: Shape, *, pointers: bool = True, held: bytes | None = None) -> bytes:
    """Return a mask of the bits of a shape's bytes that are part of its value; the others are padding.

    Without `pointers`, addresses and handles are none of it. Of the bytes that are `held`, tags tell which members
    live.
    """
    raw = bytearray(shape.size)
    match shape:
        case ScalarShape(width=width) if width:
            raw[:] = ((1 << width) - 1).to_bytes(shape.size, "little")
        case ScalarShape(format=Binary(bits=bits)):
            raw[: bits // 8] = b"\xff" * (bits // 8)
        case RecordShape():
            for member in (shape if held is None else living_in(shape, held)).members:
                if member.bits:
                    first, width = member.bits
                    low, high = first // 8, (first + width + 7) // 8
                    inner = (((1 << width) - 1) << (first % 8)).to_bytes(high - low, "little")
                else:
                    low, part = member.offset, held and held[member.offset :]
                    inner = meaning(member.shape, pointers=pointers, held=part)
                for at, bits in enumerate(inner, low):
                    raw[at] |= bits
        case ArrayShape(of, count):
            parts = [None if held is None else held[n * of.size :] for n in range(count if held else 1)]
            each = [meaning(of, pointers=pointers, held=part) for part in parts]
            whole = b"".join(each) if held else each[0] * count
            raw[: len(whole)] = whole
        case AddressShape() | NumberHandle() if not pointers or not shape.size:
            pass
        case _:
            raw[:] = b"\xff" * shape.size
    return bytes(raw)


def is_byte(shape: Shape) -> bool:
    """Tell whether an array of this is shown and written as bytes: not one of ``int8_t``, whose sign matters."""
    return (
        isinstance(shape, ScalarShape)
        and shape.size == 1
        and shape.kind == "int"
        and (shape.char or not shape.signed)
    )


def null_or_somewhere(raw: bytes) -> Value:
    """Return None for a NULL pointer's bytes, else SOMEWHERE."""
    return SOMEWHERE if any(raw) else None


def shallow(_shape: Shape, raw: bytes, _path: str) -> Value:
    """Return what a pointer in memory is of which nobody looks at more than whether it is NULL."""
    return null_or_somewhere(raw)


def _pack_bits(member: Member, value: Value, into: bytearray, at: int) -> None:
    assert member.bits is not None
    assert isinstance(value, int)
    first, width = member.bits
    # Only the bytes that it touches: the record may be one of thousands in an array.
    low, high = at + first // 8, at + (first + width + 7) // 8
    mask = ((1 << width) - 1) << (first % 8)
    whole = int.from_bytes(into[low:high], "little")
    whole = (whole & ~mask) | ((value << (first % 8)) & mask)
    into[low:high] = whole.to_bytes(high - low, "little")


def unpack_bits(member: Member, raw: bytes) -> Real:
    """Return the number in a bit-field; `raw` begins where the record does."""
    assert member.bits is not None
    assert isinstance(member.shape, ScalarShape)
    first, width = member.bits
    low = first // 8
    whole = int.from_bytes(raw[low : (first + width + 7) // 8], "little")
    value = (whole >> (first - 8 * low)) & ((1 << width) - 1)
    if member.shape.signed and value >> (width - 1):
        value -= 1 << width
    return named(value, member.shape.names, truth=member.shape.kind == "bool")


def extent(member: Member) -> tuple[int, int]:
    """Return the first byte of a field, and the one past its last; of a bit-field, those that it shares with others."""
    if member.bits is None:
        return member.offset, member.offset + member.shape.size
    first, width = member.bits
    return first // 8, (first + width + 7) // 8


def blank(shape: Shape) -> Value:
    """Return the zero of a shape: what memory of zero bytes reads as."""
    match shape:
        case ScalarShape():
            return 0.0 if shape.kind == "float" else 0
        case RecordShape():
            return _blank_fields(shape)
        case ArrayShape(of, count):
            return bytes(count) if is_byte(of) else [blank(of)] * count
        case PointerShape(tail=True):
            return b"" if shape.what is What.BYTES else []
        case PointerShape(direction=direction) if not direction.read:
            return ROOM
        case EndShape():
            return SOMEWHERE
        case CallbackShape(nullable=nullable) if nullable is not True:
            return simplest_script(shape)
        case UserDataShape(nullable=nullable) if nullable is not True:
            return SOMEWHERE
        case OpaqueAddressShape(nullable=nullable) if nullable is not True:
            return OPAQUE_ADDRESSES[0]
    return None


def _blank_fields(shape: RecordShape) -> dict[str, Value]:
    if shape.variants:
        shape = living_in(shape, bytes(shape.size))
    return {m.name: blank(m.shape) for m in shape.members if not isinstance(m.shape, DeadShape)}


def simplest_script(callback: CallbackShape) -> Script:
    """Return the simplest valid answer of a callback, given each time; it writes nothing."""
    if len(callback.by) > 1:
        return next(iter(orders(callback).values()))
    if callback.by:
        return Script(_first_answer(callback), by_content=True)
    return Script(_first_answer(callback))


def _first_answer(callback: CallbackShape) -> tuple[Value, ...]:
    if callback.allocates is not None:
        return (SOMEWHERE,)
    if isinstance(callback.result, NothingShape):
        return ()
    return (_first_value(callback.result),)


def _first_value(shape: Shape) -> Value:
    """Return the simplest value that a callback may answer."""
    match shape:
        case ScalarShape() if shape.members and (shape.closed or shape.kind == "enum"):
            return shape.members[0]
        case ScalarShape(kind="bool"):
            return 1
        case ScalarShape():
            return max(shape.lowest, min(0, shape.highest))
        case RecordShape():
            firsts: Mapping[str, Value] = {
                m.name: _first_value(m.shape) for m in shape.members if not m.within
            }
            for variant in shape.variants:
                firsts = with_named_tag(variant, shape, firsts)
            there = living_of(shape, firsts).members
            return {
                m.name: firsts[m.name] if m.name in firsts else _first_value(m.shape)
                for m in there
                if not (m.within or isinstance(m.shape, DeadShape))
            }
        case ArrayShape(of=of, count=count) if not is_byte(of):
            return [_first_value(of)] * count
        case ArrayShape(count=count):
            return bytes(count)
    return None
