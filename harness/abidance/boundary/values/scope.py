"""Given values as expressions see them before the call."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from abidance.boundary.model.types import (
    AddressShape,
    ArrayShape,
    DeadShape,
    HandleShape,
    PointerShape,
    RecordShape,
    ScalarShape,
)
from abidance.boundary.model.values import (
    SOMEWHERE,
    Derived,
    Earlier,
    NewHandle,
    Script,
    derived_fields,
    named,
)
from abidance.boundary.model.variants import living_of
from abidance.boundary.values.creation_numbers import created_with
from abidance.boundary.values.memory import pack, rounded, unpack, unpack_bits
from abidance.boundary.values.packed_records import unpack_records
from abidance.contract.expression import AnotherLives, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.float_formats import Real
    from abidance.boundary.model.types import Member, Shape
    from abidance.boundary.model.values import Value, Values


def as_seen(shape: Shape, value: Value) -> Any:
    """Return a given value as expressions see it.

    Enumerators know their names, a handle is opaque but for the fields that the caller sets, room for output
    has no value yet, and every member of a union reads the bytes of the one that is given.
    """
    # This is asked of each argument again and again, and most are one of these.
    if value is None:
        return value
    if type(value) is bytes:
        return value if type(shape) is not PointerShape or shape.records is None else _records(shape, value)
    if type(value) is int and type(shape) is ScalarShape and shape.kind != "float":
        return _number(shape, value)
    match shape, value:
        case _, Earlier(most=int(most)):
            return most
        case _, NewHandle():
            return {**_created(shape, value), **value.seen()} or SOMEWHERE
        case _, Earlier(state=state):
            return {**_created(shape, value), **state} or SOMEWHERE
        case _, Script():
            return SOMEWHERE
        case ScalarShape(kind="float"), int() | float() | Fraction():
            return rounded(shape, value)
        case ScalarShape(), int() | float():
            return _number(shape, value)
        case PointerShape(element=element), list():
            return [as_seen(element, item) for item in value]
        case PointerShape(element=element), dict() | int() | float() | Fraction():
            return as_seen(element, value)
        case ArrayShape(of=of), list():
            return [as_seen(of, item) for item in value]
        case RecordShape(), dict():
            return _fields(shape, value)
    return value


def _records(shape: PointerShape, raw: bytes) -> object:
    assert shape.records is not None
    found, broken = unpack_records(shape.records, raw, "")
    if broken is not None:
        return Unavailable(f"a record there is {broken.shown}, and should be {broken.wanted}")
    return [as_seen(shape.records.of, each) for each in found]


def _created(shape: Shape, value: NewHandle | Earlier) -> Values:
    return created_with(shape, value) if isinstance(shape, HandleShape) else {}


def _number(shape: ScalarShape, value: Real) -> Real:
    return named(value, shape.names if shape.kind != "bool" else None, truth=shape.kind == "bool")


def members_seen(members: tuple[Member, ...], values: Mapping[str, Value]) -> dict[str, object]:
    """Return the values of a scope as expressions see them; those that have none yet are left out."""
    return {
        m.name: as_seen(m.shape, values[m.name])
        for m in members
        if m.name in values and not _is_derived(values[m.name])
    }


def _is_derived(value: Value) -> bool:
    return type(value) is Derived or (type(value) is dict and bool(derived_fields(value)))


def _fields(shape: RecordShape, value: Mapping[str, Value]) -> dict[str, object]:
    shape = living_of(shape, value)
    seen = members_seen(shape.members, value)
    absent = [member for member in shape.members if member.name not in seen]
    for member in absent:
        if isinstance(member.shape, DeadShape):
            seen[member.name] = AnotherLives(member.shape.reason)
    absent = [member for member in absent if member.name not in seen]
    if absent:
        raw = bytearray(shape.size)
        pack(shape, dict(value), raw, 0, "", _leave)
        for member in absent:
            seen[member.name] = _overlaid(member, bytes(raw))
    return seen


def _overlaid(member: Member, raw: bytes) -> object:
    """Return what a member reads where another member of the same union was given."""
    if member.bits:
        return unpack_bits(member, raw)
    if isinstance(member.shape, AddressShape):
        return _unavailable(member.shape, b"", member.name)
    return unpack(member.shape, raw[member.offset :], member.name, _unavailable)


def _leave(_shape: Shape, _value: Value, _at: int, _path: str, _around: object) -> None:
    """Leave a pointer's bytes zero: what they are is known in the worker alone."""


def _unavailable(_shape: Shape, _raw: bytes, path: str) -> Any:
    return Unavailable(f"`{path}` has no value here: another member of the union is set")
