"""Assertions that only want parameters not to be NULL, or not 0: no call that is made has those."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_MESSAGE = re.compile(r'&&\s*"(?:[^"\\]|\\.)*"')
_CHECK = re.compile(r"\(*\s*(?P<name>\w+)\s*(?:!=\s*(?:NULL|0|nullptr|\(\(void \*\)\s*0\)))?\s*\)*")


def null_checks(text: str, parameters: Collection[str]) -> tuple[str, ...]:
    """Return the parameters that an assertion wants not to be NULL or 0; nothing where it wants more than that."""
    names = []
    for piece in _MESSAGE.sub("", text).split("&&"):
        found = _CHECK.fullmatch(piece.strip())
        if found is None or found["name"] not in parameters:
            return ()
        names.append(found["name"])
    return tuple(names)
