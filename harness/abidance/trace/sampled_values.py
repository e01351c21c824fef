"""What a sample keeps of a call, and what of that becomes an example of the contract."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.types import (
    HandleShape,
    OpaqueShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.boundary.resolve.written_values import written_call
from abidance.boundary.values.length_parameters import ties
from abidance.boundary.values.memory import unpack_bits, unpack_scalar
from abidance.native.target.c_text import at_offset, load

if TYPE_CHECKING:
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member, Shape
    from abidance.boundary.model.values import Value
    from abidance.trace.traced_places import TracedArguments

_NULL = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class SampledPart:
    """A piece of memory of a sample: its path, its shape, and its address and size in bytes as C expressions."""

    path: tuple[str, ...]
    shape: Shape
    at: str
    size: str


def sampled_parts(arguments: TracedArguments) -> tuple[SampledPart, ...] | None:
    """Return what a sample of a function keeps; None where an example cannot have what it is passed."""
    found: list[SampledPart] = []
    for member in arguments.function.members:
        parts = _parts(arguments, member)
        if parts is None:
            return None
        found += parts
    return tuple(found)


def _parts(arguments: TracedArguments, member: Member) -> list[SampledPart] | None:
    shape, path = member.shape, (member.name,)
    slot = arguments.places.slots[path]
    match shape:
        case ScalarShape():
            return [SampledPart(path, shape, slot.at, str(shape.size))]
        case HandleShape():
            return []  # which an example leaves out
        case PointerShape() if not shape.direction.read:
            return []
        case PointerShape(what=What.BYTES | What.STRING) if not slot.opaque:
            size = f"{slot.null} ? ABIDANCE_NULL_PART : (uint64_t)({slot.count})"
            return [SampledPart(path, shape, slot.block, size)]
        case PointerShape(what=What.ONE, element=ScalarShape() | RecordShape()):
            size = f"{slot.null} ? ABIDANCE_NULL_PART : {shape.element.size}"
            parts = [SampledPart(path, shape, slot.block, size)]
            inner = shape.element
            more = _inside(inner, slot.block, slot.null, path) if isinstance(inner, RecordShape) else []
            return None if more is None else parts + more
        case OpaqueShape() if shape.nullable is True:
            return []
    return None


def _inside(record: RecordShape, at: str, null: str, path: tuple[str, ...]) -> list[SampledPart] | None:
    """Return the buffers that fields of a record point at; None where it has what an example cannot say."""
    numbers = {each.name: each for each in record.members if isinstance(each.shape, ScalarShape)}
    found = []
    for member in record.members:
        shape = member.shape
        if isinstance(shape, ScalarShape):
            continue
        if not isinstance(shape, PointerShape) or shape.what is not What.BYTES or member.within or shape.tail:
            return None
        number = numbers.get(shape.length_name)
        if number is None or not shape.direction.read:
            return None
        assert isinstance(number.shape, ScalarShape)
        pointer = f"ABIDANCE_LOAD(unsigned char *, {at_offset(at, member)})"
        size = f"(uint64_t){load(number.shape, at_offset(at, number), number.bits)}"
        there = f"{null} || abidance_absent({pointer}) ? ABIDANCE_NULL_PART : {size}"
        found.append(SampledPart((*path, member.name), shape, pointer, there))
    return found


def example(function: BoundaryFunction, parts: tuple[SampledPart, ...], raw: bytes) -> str | None:
    """Return a sample as an example of the contract; None for one that is not whole."""
    if int.from_bytes(raw[:8], "little") != 1:
        return None
    told: dict[str, Value] = {}
    at = 8
    for part in parts:
        (size,) = struct.unpack_from("<Q", raw, at)
        at += 8
        taken = 0 if size == _NULL else size
        if taken > len(raw) - at - 8:
            return None
        value = None if size == _NULL else _value(part.shape, raw[at : at + taken])
        at += (taken + 7) & ~7
        owner = told.get(part.path[0])
        if len(part.path) == 1:
            told[part.path[0]] = value
        elif isinstance(owner, dict):
            owner[part.path[1]] = value
    for name, buffers in ties(function.members).items():
        if all(isinstance(told.get(each.name), bytes) for each in buffers):
            told.pop(name, None)  # the buffer says how long it is
    return written_call(function.members, told)


def _value(shape: Shape, raw: bytes) -> Value:
    if isinstance(shape, PointerShape):
        if shape.what is not What.ONE:
            return raw
        shape = shape.element
    if isinstance(shape, RecordShape):
        return _record(shape, raw)
    assert isinstance(shape, ScalarShape)
    return unpack_scalar(shape, raw)


def _record(shape: RecordShape, raw: bytes) -> Value:
    """Return the numbers of a record, but for those that say how long its buffers are."""
    found: dict[str, Value] = {}
    lengths = ties(shape.members)
    for member in shape.members:
        of = member.shape
        if isinstance(of, ScalarShape) and not member.within and member.name not in lengths:
            inner = raw[member.offset : member.offset + of.size]
            found[member.name] = unpack_bits(member, raw) if member.bits else unpack_scalar(of, inner)
    return found
