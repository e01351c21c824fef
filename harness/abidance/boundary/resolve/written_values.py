"""Values as a contract writes them out, in one line: what `LiteralConverter` reads back as the same values."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.float_formats import as_double, real_text
from abidance.boundary.model.types import (
    AddressShape,
    ArrayShape,
    NumberHandle,
    PackedRecords,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.boundary.model.values import Mark, Script
from abidance.boundary.values.callback_writes import written_by
from abidance.boundary.values.content_answers import orders
from abidance.boundary.values.packed_records import unpack_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from abidance.boundary.model.float_formats import Real
    from abidance.boundary.model.types import Member, Shape
    from abidance.boundary.model.values import Value

_BARE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./+=-")
"""What stands for itself within ``b"..."``: the rest of what can be printed means something to YAML in brackets."""


def written_call(members: Iterable[Member], arguments: Mapping[str, Value]) -> str:
    """Return an example with the arguments that can be written; what the function is to fill in is left out."""
    return _mapping(
        (member.name, text)
        for member in members
        if member.name in arguments and (text := _written(member.shape, arguments[member.name])) is not None
    )


def _written(shape: Shape, value: Value) -> str | None:
    """Return a value as a contract has it; None for a handle, room for a result and other things that have no words."""
    match shape, value:
        case _, Mark():
            return None
        case CallbackShape(), Script():
            return _script(shape, value)
        case AddressShape(), None:
            return "null"
        case NumberHandle(number=number), int():
            return _number(number, value)
        case ScalarShape(), int() | float() | Fraction():
            return _number(shape, value)
        case PointerShape(records=PackedRecords() as records), bytes():
            found, broken = unpack_records(records, value, "")
            return _memory(value, "latin-1") if broken is not None else _written(shape.seen, found)
        case PointerShape(records=PackedRecords()), _:
            return _written(shape.seen, value)
        case PointerShape(what=What.BYTES | What.STRING | What.ARRAY), bytes():
            return _memory(value, shape.encoding)
        case ArrayShape(), bytes():
            return _memory(value.rstrip(b"\0"), "utf-8")
        case PointerShape(what=What.ARRAY, element=of) | ArrayShape(of=of), list():
            return _list(_written(of, item) for item in value)
        case PointerShape(element=of), _:
            return _written(of, value)
        case RecordShape(), dict():
            return written_call(shape.members, value)
    return None


def _script(shape: CallbackShape, script: Script) -> str | None:
    if shape.by:
        known = orders(shape) if len(shape.by) > 1 else {}
        return next((name for name, each in known.items() if each == script), None)
    if shape.allocates is not None:
        return _list("there" if answer is not None else "null" for answer in script.answers)
    if not script.written:
        return _list(_written(shape.result, answer) for answer in script.answers)
    members = [written.member for written in written_by(shape)]
    turns = []
    for number, written in enumerate(script.written):
        texts = [(m.name, _written(m.shape, written[m.name])) for m in members if m.name in written]
        if number < len(script.answers):
            texts.append(("returns", _written(shape.result, script.answers[number])))
        if any(text is None for _, text in texts):
            return None
        turns.append(_mapping((name, text) for name, text in texts if text is not None))
    return _list(turns)


def _number(shape: ScalarShape, value: Real) -> str:
    if shape.kind == "bool" and value in (0, 1):
        return "true" if value else "false"
    if shape.kind != "float":
        return shape.names[int(value)] if shape.names and value in shape.names else str(int(value))
    if math.isnan(value):
        return ".nan"
    if value in (math.inf, -math.inf):
        return ".inf" if value > 0 else "-.inf"
    # Decimals, with more digits than any format holds, are rounded back to the same number.
    return real_text(value, decimal=isinstance(value, Fraction) and as_double(value) is None)


def _memory(raw: bytes, encoding: str) -> str:
    """Return text in quotes where it can be read, and the bytes otherwise."""
    try:
        text = raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        text = ""
    if text and text.isprintable() and text.encode(encoding) == raw:
        return json.dumps(text, ensure_ascii=False)
    return 'b"' + "".join(chr(byte) if byte in _BARE else f"\\x{byte:02x}" for byte in raw) + '"'


def _list(texts: Iterable[str | None]) -> str | None:
    found = list(texts)
    return None if None in found else f"[{', '.join(text for text in found if text is not None)}]"


def _mapping(entries: Iterable[tuple[str, str]]) -> str:
    return f"{{{', '.join(f'{name}: {text}' for name, text in entries)}}}"
