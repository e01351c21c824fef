"""Python source broken into lines as ruff's and black's formatters would break it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 88
"""The line length of both when nothing is configured."""
_PAIRS = {"(": ")", "[": "]"}


def wrapped(text: str, indent: str = "", tail: str = "") -> str:
    """Return an expression or assignment whose brackets hold no string with brackets or commas in it.

    What a call is given stays on one line where that fits; a list or tuple has a line for each element.
    """
    return "\n".join(_lines(text, indent, tail))


def _lines(text: str, indent: str, tail: str) -> Iterator[str]:
    start = next((at for at, character in enumerate(text) if character in _PAIRS), -1)
    if len(indent) + len(text) + len(tail) <= WIDTH or start < 0 or text[-1] != _PAIRS[text[start]]:
        yield f"{indent}{text}{tail}"
        return
    head, inner = text[:start], text[start + 1 : -1]
    deeper = f"{indent}    "
    yield f"{indent}{head}{text[start]}"
    if head and text[start] == "(" and len(deeper) + len(inner) <= WIDTH:
        yield f"{deeper}{inner}"
    else:
        for part in _parts(inner):
            yield from _lines(part, deeper, ",")
    yield f"{indent}{text[-1]}{tail}"


def _parts(text: str) -> Iterator[str]:
    """Yield what commas separate, brackets taken as one."""
    depth = start = 0
    for at, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            yield text[start:at].strip()
            start = at + 1
    if text[start:].strip():
        yield text[start:].strip()
