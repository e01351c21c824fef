"""What a contract says stands in memory: before a call, and where an array ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.values.memory import ValueTooWideError, pack_scalar
from abidance.contract.expression import Expression
from abidance.plan.array_end import ArrayEnd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.boundary.resolve.problems import Problems
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.model.functions import FunctionPromise
    from abidance.contract.model.places import Element, Place
    from abidance.core.span import Span


def array_end(
    shaper: Shaper, element: s.Shape, kind: s.What, place: Place | Element, declared: Span
) -> ArrayEnd | None:
    """Return what ends an array, None where no element does."""
    said = place.ended_by
    if kind is s.What.ARRAY and getattr(place, "nul_terminated", None) is not None:
        return _nul(shaper, element, place, declared)
    if said is None or kind is not s.What.ARRAY:
        return None
    if isinstance(said, Expression):
        value = _constant_bytes(shaper, element, said, declared)
        return ArrayEnd(value, element.size) if value else None
    if not isinstance(element, s.RecordShape):
        message = "these elements are no records, so they have no fields"
        remedy = "say `ended_by: null` of pointers, or a number of numbers"
        shaper.problems.contradiction(message, place.value_span("ended_by"), declared, remedy=remedy)
        return None
    for name, value_said in said.items():
        member = next((each for each in element.members if each.name == name.text), None)
        if member is None:
            known = {each.name: each.declared for each in element.members}
            shaper.problems.unknown("field", name.text, name.span, known, f"`{element.spelling}`")
            continue
        if why := _no_end(member):
            shaper.problems.contradiction(f"`{member.name}` {why}", name.span, member.declared)
            continue
        value = _constant_bytes(shaper, member.shape, value_said, member.declared)
        if value:
            return ArrayEnd(value, element.size, member.offset)
    return None


def _nul(shaper: Shaper, element: s.Shape, place: Place | Element, declared: Span) -> ArrayEnd | None:
    """Return the element 0, which ends an array of integers where its length says so."""
    if isinstance(element, s.ScalarShape) and element.kind == "int":
        return ArrayEnd(bytes(element.size), element.size)
    message = "the elements are no integers, so none of them is a NUL"
    shaper.problems.contradiction(message, place.key_span("nul_terminated"), declared)
    return None


def _no_end(member: s.Member) -> str:
    """Return why no value of a field can end an array, empty where one can."""
    if member.within:
        return "is in a union, and what lives there is not known of a record that ends an array"
    if member.bits is not None:
        return "is a bit-field: an array ends with the value of a whole number or of a pointer"
    if not isinstance(member.shape, s.ScalarShape | s.AddressShape):
        return "is neither a number nor a pointer, and only the value of such a field ends an array"
    return ""


def initial(shaper: Shaper, element: s.Shape, place: Place | Element, declared: Span) -> bytes:
    """Return what memory that is only written holds before the call, empty where that is anything."""
    said = getattr(place, "initially", None)
    if said is not None and isinstance(element, s.RecordShape):
        if shaper.problems.constant(said, shaper.layouts.constants) == 0:
            return bytes(element.size)
        message = f"`{said.text}` is no value of a `{element.spelling}`"
        remedy = "a record is all zeros before the call, `initially: 0`; one with other values is `inout`"
        shaper.problems.contradiction(message, said.span, declared, remedy=remedy)
        return b""
    return b"" if said is None else _constant_bytes(shaper, element, said, declared)


def terminated(shaper: Shaper, place: Place | Element) -> int | None:
    """Return the `length` of a text that says that its NUL ends it, None where the contract names none."""
    said = getattr(place, "nul_terminated", None)
    number = shaper.problems.constant(said, shaper.layouts.constants) if said is not None else None
    return int(number) if number is not None else None


def check_terminated(members: Sequence[s.Member], promise: FunctionPromise, problems: Problems) -> None:
    """Complain about a `length` that says that a NUL ends a text, where the number beside that is never that one."""
    known = {member.name: member for member in members}
    for name, param in promise.params.items():
        text = known[name].shape if name in known else None
        if param.nul_terminated is None or not isinstance(text, s.PointerShape) or text.terminated is None:
            continue
        number = known[text.length_name].shape if text.length_name in known else None
        if not isinstance(number, s.ScalarShape):
            continue
        valid = number.lowest <= text.terminated <= number.highest
        if not valid or (number.listed and not number.has(text.terminated)):
            words = f"`{text.length_name}` is never `{param.nul_terminated.text}`"
            remedy = "`max` of the text says how long that is: the number needs no limits of its own"
            there = known[text.length_name]
            declared = there.promised or there.declared
            problems.contradiction(words, param.nul_terminated.span, declared, remedy=remedy)


def _constant_bytes(shaper: Shaper, element: s.Shape, said: Expression, declared: Span) -> bytes:
    """Return what stands in memory for `null` or a number that the contract names."""
    null = not said.names and said.evaluate({}) is None
    if isinstance(element, s.AddressShape) and null:
        return bytes(element.size)
    if isinstance(element, s.RecordShape):
        message = f"`{said.text}` is no value of these elements: they are records"
        remedy = "say which field ends the array, and with which value: `ended_by: {name: null}`"
        shaper.problems.contradiction(message, said.span, declared, remedy=remedy)
        return b""
    if isinstance(element, s.ScalarShape) and not null:
        number = shaper.problems.constant(said, shaper.layouts.constants)
        try:
            return pack_scalar(element, number) if isinstance(number, int | float) else b""
        except ValueTooWideError:
            pass
    wanted = "`null`" if isinstance(element, s.AddressShape) else "a number that fits"
    shaper.problems.contradiction(
        f"`{said.text}` is no value of these elements: say {wanted}", said.span, declared
    )
    return b""
