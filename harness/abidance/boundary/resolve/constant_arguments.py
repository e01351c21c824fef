"""Constants that a step of a law passes: whether the parameter has such values."""

from __future__ import annotations

from fractions import Fraction

from abidance.boundary.model import types as s
from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.values.bytes_of_numbers import bytes_of_numbers
from abidance.boundary.values.callback_writes import reading, reads_contents, written_by


def kind_refusing(value: object, member: s.Member) -> tuple[str, str]:
    """Return what a parameter is that has no such value, and what a step passes for it; empty where it has."""
    if value is None:
        return "", ""
    match member.shape:
        case s.NumberHandle():
            return "", ""
        case CallbackShape():
            return _no_answers(value, member.shape), _CONTENTS if reads_contents(member.shape) else _ANSWERS
        case s.HandleShape():
            return "a handle", "pass what an earlier step has made, or `null`"
        case s.PointerShape(what=s.What.BYTES | s.What.STRING) as memory:
            if isinstance(value, int | float) or isinstance(bytes_of_numbers(memory, value), list):
                return "memory", "pass a text or bytes, which may be a list of numbers from 0 to 255"
    return "", ""


_ANSWERS = (
    "pass what it answers, time after time: `[0, 1]`; or `null`, or leave it out: that is generated then"
)


_CONTENTS = (
    'pass what there is to read: `b"abc"`, or what the law is given; or leave it out: that is generated then'
)


def contents_to_read(callback: CallbackShape, value: bytes | list[object]) -> bytes | list[object] | None:
    """Return what a callback that reads contents hands out for this value of an expression; None where it cannot."""
    _, read = reading(callback)
    of = read.memory.element
    if read.memory.what is s.What.BYTES:
        passed = bytes_of_numbers(read.memory, value)
        return passed if isinstance(passed, bytes) else None
    found = [*value] if isinstance(value, bytes) else value
    fits = isinstance(of, s.ScalarShape) and all(isinstance(e, int | float) and of.allows(e) for e in found)
    return found if fits else None


def _no_answers(value: object, callback: CallbackShape) -> str:
    """Return what a callback is that does not answer so, one time after the other; empty where it may."""
    if isinstance(value, bytes | list) and reads_contents(callback):
        return "" if contents_to_read(callback, value) is not None else "a callback that reads something else"
    if not isinstance(value, list):
        return "a callback"
    answer = callback.result
    if callback.allocates is not None or written_by(callback) or not isinstance(answer, s.ScalarShape):
        return "a callback that does more than to answer with a number"
    if not value:
        return "a callback, which answers at least once"
    for each in value:
        if not isinstance(each, int | float | Fraction) or not answer.allows(each):
            return f"a callback that never answers so: `{each}` is none of what it returns"
    return ""
