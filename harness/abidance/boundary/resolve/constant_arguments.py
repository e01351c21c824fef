"""Constants that a step of a law passes: whether the parameter has such values."""

from __future__ import annotations

from abidance.boundary.model import types as s


def kind_refusing(value: object, member: s.Member) -> tuple[str, str]:
    """Return what a parameter is that has no such value, and what a step passes for it; empty where it has."""
    if value is None:
        return "", ""
    match member.shape:
        case s.NumberHandle():
            return "", ""
        case s.CallbackShape():
            return "a callback", "pass `null`, or leave it out: what it answers is generated then"
        case s.HandleShape():
            return "a handle", "pass what an earlier step has made, or `null`"
        case s.PointerShape(what=s.What.BYTES | s.What.STRING) if isinstance(value, int | float):
            return "memory", "pass a text or bytes"
    return "", ""
