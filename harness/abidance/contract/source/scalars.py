"""What a plain scalar means: YAML 1.2's core schema, so `yes`, `no`, `on` and `off` are text."""

from __future__ import annotations

import re

_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
# 010 is ten to YAML 1.2 and eight to C, so it stays text and whoever wanted a number complains.
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*|0x[0-9a-fA-F]+|0o[0-7]+|0b[01]+)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"([-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_LONGEST_NUMBER = 1300  # digits of a 4096-bit integer, and some; int() is quadratic in them


def resolve(text: str) -> bool | int | float | str | None:
    """Return the value of a plain scalar; whatever is no null, bool, integer or float is text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789" or len(text) > _LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text) and not re.match(r"[-+]?0[0-9]", text):
        return float(text)
    special = _SPECIAL.fullmatch(text)
    if special:
        return float("nan") if text[-1] in "nN" else float(f"{special[1]}inf")
    return text
