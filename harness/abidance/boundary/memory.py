"""Values to bytes and back, for everything that has a fixed place: scalars, records, arrays."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from abidance.boundary.shapes import Array, Handle, Nothing, Opaque, Pointer, Record, Scalar
from abidance.boundary.values import ROOM, SOMEWHERE, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.boundary.shapes import Member, Shape

    PutPointer = Callable[[Shape, Value, int, str], None]
    GetPointer = Callable[[Shape, bytes, str], Value]

_FLOATS = {4: "<f", 8: "<d"}


class ValueTooWideError(ValueError):
    """A number does not fit the C type it is meant for."""


def pack_scalar(shape: Scalar, value: Value) -> bytes:
    """Return a number as its C type holds it, little-endian; raises ValueTooWideError when it does not fit."""
    if shape.kind == "float":
        assert isinstance(value, int | float)
        try:
            return struct.pack(_FLOATS[shape.size], value)
        except OverflowError:
            raise ValueTooWideError(f"{value} does not fit `{shape.spelling}`") from None
    assert isinstance(value, int), value
    try:
        return int(value).to_bytes(shape.size, "little", signed=shape.signed)
    except OverflowError:
        raise ValueTooWideError(f"{value} does not fit `{shape.spelling}`") from None


def unpack_scalar(shape: Scalar, raw: bytes) -> int | float:
    """Return the number that `raw` holds."""
    if shape.kind == "float":
        number: float = struct.unpack(_FLOATS[shape.size], raw)[0]
        return number
    whole = int.from_bytes(raw, "little", signed=shape.signed)
    # A byte other than 0 and 1 stays the number that it is: that is what the domain check looks for.
    return bool(whole) if shape.kind == "bool" and whole in (0, 1) else whole


def pack(shape: Shape, value: Value, into: bytearray, at: int, path: str, pointer: PutPointer) -> None:
    """Write `value` at offset `at` of `into`. Pointers are given to `pointer`, which may leave them zero."""
    match shape:
        case Scalar():
            into[at : at + shape.size] = pack_scalar(shape, value)
        case Record():
            assert isinstance(value, dict), (path, value)
            for member in shape.members:
                if member.name not in value:
                    continue
                if member.bits:
                    _pack_bits(member, value[member.name], into, at)
                else:
                    pack(
                        member.shape,
                        value[member.name],
                        into,
                        at + member.offset,
                        f"{path}.{member.name}",
                        pointer,
                    )
        case Array():
            if isinstance(value, bytes):
                into[at : at + len(value)] = value
                return
            assert isinstance(value, list), (path, value)
            for index, item in enumerate(value):
                pack(shape.of, item, into, at + index * shape.of.size, f"{path}[{index}]", pointer)
        case Pointer() | Handle() | Opaque():
            pointer(shape, value, at, path)
        case Nothing():
            pass


def unpack(shape: Shape, raw: bytes, path: str, pointer: GetPointer) -> Value:
    """Return the value that stands at the start of `raw`. Pointers are asked of `pointer`."""
    match shape:
        case Scalar():
            return unpack_scalar(shape, raw[: shape.size])
        case Record():
            fields: dict[str, Any] = {}
            for member in shape.members:
                if member.bits:
                    fields[member.name] = _unpack_bits(member, raw)
                else:
                    inner = raw[member.offset : member.offset + member.shape.size]
                    fields[member.name] = unpack(member.shape, inner, f"{path}.{member.name}", pointer)
            return fields
        case Array(of, count):
            if is_byte(of):
                return raw[:count]
            return [
                unpack(of, raw[i * of.size : (i + 1) * of.size], f"{path}[{i}]", pointer)
                for i in range(count)
            ]
        case Pointer() | Handle() | Opaque():
            return pointer(shape, raw[:8], path)
        case Nothing():
            return None


def is_byte(shape: Shape) -> bool:
    """Tell whether an array of this is shown and written as bytes."""
    return isinstance(shape, Scalar) and shape.size == 1 and shape.kind == "int"


def null_or_somewhere(raw: bytes) -> Value:
    """Return None for a NULL pointer's bytes, else SOMEWHERE."""
    return SOMEWHERE if any(raw) else None


def _pack_bits(member: Member, value: Value, into: bytearray, at: int) -> None:
    assert member.bits is not None
    assert isinstance(value, int)
    first, width = member.bits
    whole = int.from_bytes(into[at:], "little")
    mask = ((1 << width) - 1) << first
    whole = (whole & ~mask) | ((value << first) & mask)
    into[at:] = whole.to_bytes(len(into) - at, "little")


def _unpack_bits(member: Member, raw: bytes) -> int:
    assert member.bits is not None
    assert isinstance(member.shape, Scalar)
    first, width = member.bits
    value = (int.from_bytes(raw, "little") >> first) & ((1 << width) - 1)
    if member.shape.signed and value >> (width - 1):
        value -= 1 << width
    return value


def blank(shape: Shape) -> Value:
    """Return the zero of a shape: what memory of zero bytes reads as."""
    match shape:
        case Scalar():
            return 0.0 if shape.kind == "float" else 0
        case Record():
            return {member.name: blank(member.shape) for member in shape.members}
        case Array(of, count):
            return bytes(count) if is_byte(of) else [blank(of)] * count
        case Pointer(direction=direction) if not direction.read:
            return ROOM
    return None
