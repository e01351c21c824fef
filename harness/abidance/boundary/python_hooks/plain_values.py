"""Values of a call and plain Python values, both ways: what the project's own functions take and return."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from abidance.boundary.model.types import (
    ArrayShape,
    NothingShape,
    PackedRecords,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
    WithinShape,
)
from abidance.boundary.model.values import SOMEWHERE, FixedText
from abidance.boundary.values.memory import is_byte, rounded
from abidance.boundary.values.packed_records import pack_records

if TYPE_CHECKING:
    from abidance.boundary.model.types import Shape
    from abidance.boundary.model.values import Value
    from abidance.ir.layout import Constant


class PlainError(ValueError):
    """A Python value has no meaning for a C type; the message is the rest of a sentence about it."""


class Fields(dict[str, object]):
    """A record: a dict whose items are attributes too."""

    def __getattr__(self, name: str) -> object:
        """Return a field."""
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"there is no field `{name}`") from None


def to_plain(seen: object) -> object:
    """Return a value that expressions see as plain Python: int, bool, float, bytes, list, dict or None."""
    match seen:
        case bool() | float() | bytes() | None:
            return seen
        case int():
            return int(seen)
        case Mapping():
            return Fields({name: to_plain(item) for name, item in seen.items()})
        case list() | tuple():
            return [to_plain(item) for item in seen]
    return seen


def from_plain(shape: Shape, given: object, constants: Mapping[str, Constant], path: str) -> Value:
    """Return the value of a C type that a Python value stands for; raises PlainError.

    The name of an enumerator or macro stands for its number. Of a record, fields may be left out.
    """
    match shape:
        case ScalarShape():
            return _number(shape, given, constants, path)
        case RecordShape() if isinstance(given, Mapping):
            known = {member.name: member.shape for member in shape.members}
            for name in given:
                if name not in known:
                    raise PlainError(f"has a field `{name}` at `{path}`, which `{shape.spelling}` has not")
            return {n: from_plain(known[n], each, constants, f"{path}.{n}") for n, each in given.items()}
        case RecordShape():
            raise _unfit(path, f"a dict of the fields of `{shape.spelling}`", given)
        case ArrayShape(of=of) if is_byte(of) and isinstance(given, str):
            return _text_in_place(shape, given, path)
        case ArrayShape(of=of) if is_byte(of) and isinstance(given, bytes | bytearray):
            return _counted(shape, bytes(given), path)
        case ArrayShape(of=of):
            return _counted(shape, _items(of, given, constants, path), path)
        case NothingShape():
            raise _unfit(path, "None: nothing is there", given)
        case _ if given is None:
            return None
        case PointerShape() if shape.records is not None and not isinstance(given, bytes | bytearray):
            return from_plain(shape.seen, given, constants, path)
        case PointerShape(what=What.ONE):
            return from_plain(shape.element, given, constants, path)
        case PointerShape(what=What.ARRAY):
            return _items(shape.element, list(given) if isinstance(given, bytes) else given, constants, path)
        case PointerShape():
            return _memory(shape, given, path)
        case WithinShape():
            return _offset(given, path)
    return SOMEWHERE


def as_passed(shape: Shape, value: Value) -> Value:
    """Return a value as a caller lays it out: records one behind the other are the memory that is full of them."""
    match shape, value:
        case PointerShape(records=PackedRecords() as records), list():
            return pack_records(records, [each for each in value if isinstance(each, dict)])
        case PointerShape(element=of), list():
            return [as_passed(of, each) for each in value]
        case ArrayShape(of=of), list():
            return [as_passed(of, each) for each in value]
        case RecordShape(), dict():
            known = {member.name: member.shape for member in shape.members}
            return {name: as_passed(known[name], each) for name, each in value.items()}
        case PointerShape(what=What.ONE, element=of), _:
            return as_passed(of, value)
    return value


def _offset(given: Any, path: str) -> int:
    try:
        return operator.index(given)
    except TypeError:
        raise _unfit(path, "None or an int: how many elements after the start", given) from None


def _number(shape: ScalarShape, given: Any, constants: Mapping[str, Constant], path: str) -> Value:
    if isinstance(given, str):
        named = constants.get(given)
        if not isinstance(named, int):
            raise PlainError(f"gave {given!r} for `{path}`, which names no number of the header")
        given = named
    if shape.kind == "float":
        return _real(shape, given, path)
    try:
        number = operator.index(given)
    except TypeError:
        raise _unfit(path, f"an int that `{shape.spelling}` can hold", given) from None
    bits = (shape.width or shape.size * 8) - shape.signed
    low, high = (-(1 << bits) if shape.signed else 0), (1 << bits) - 1
    if shape.kind == "bool":
        low, high = 0, 1
    if not low <= number <= high:
        raise _unfit(path, f"a number that `{shape.spelling}` can hold", given)
    return number


def _real(shape: ScalarShape, given: Any, path: str) -> Value:
    if isinstance(given, Decimal) and given.is_finite():
        given = Fraction(given)
    try:
        exact = given if isinstance(given, int | Fraction) else float(given)
    except (TypeError, ValueError):
        raise _unfit(path, f"a number that `{shape.spelling}` can hold", given) from None
    held = rounded(shape, exact)
    if isinstance(held, float) and math.isinf(held) and exact not in (math.inf, -math.inf):
        raise _unfit(path, f"a number that `{shape.spelling}` can hold", given)
    return held


def _memory(shape: PointerShape, given: object, path: str) -> bytes:
    if isinstance(given, str):
        try:
            given = given.encode(shape.encoding)
        except UnicodeEncodeError:
            raise _unfit(path, f"text that `{shape.encoding}` can hold", given) from None
    if not isinstance(given, bytes | bytearray | memoryview):
        raise _unfit(path, "bytes or text", given)
    if shape.what is What.STRING and 0 in bytes(given):
        raise _unfit(path, "a string without a NUL in it", given)
    return bytes(given)


def _text_in_place(shape: ArrayShape, given: str, path: str) -> bytes:
    """Return text as a contract writes it of an array: what is left out at its end is zero (C11 6.7.9p21)."""
    raw = given.encode("utf-8", "surrogatepass")
    if len(raw) > shape.count:
        raise _unfit(path, f"text of at most {shape.count} bytes", given)
    whole, characters = raw.ljust(shape.count, b"\0"), isinstance(shape.of, ScalarShape) and shape.of.char
    return FixedText(whole) if characters and b"\0" not in raw else whole


def _items(of: Shape, given: object, constants: Mapping[str, Constant], path: str) -> list[Value]:
    if isinstance(given, str | bytes | Mapping) or not hasattr(given, "__iter__"):
        raise _unfit(path, "a list", given)
    return [from_plain(of, item, constants, f"{path}[{n}]") for n, item in enumerate(given)]


def _counted(shape: ArrayShape, made: bytes | list[Value], path: str) -> bytes | list[Value]:
    if len(made) != shape.count:
        raise _unfit(path, f"{shape.count} elements", made)
    return made


def _unfit(path: str, wanted: str, given: object) -> PlainError:
    shown = repr(given)
    shown = shown if len(shown) <= 80 else f"{shown[:77]}..."
    return PlainError(f"gave {shown} for `{path}`, which must be {wanted}")
