"""What the library's own code asserts: a parameter that is asserted not to be NULL is not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.draft.model import Rank, sure

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from abidance.draft.model import Guess
    from abidance.draft.views import FunctionView

_MESSAGE = re.compile(r'&&\s*"(?:[^"\\]|\\.)*"')
_CHECK = re.compile(r"\(*\s*(?P<name>\w+)\s*(?:!=\s*(?:NULL|0|nullptr|\(\(void \*\)\s*0\)))?\s*\)*")


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield the pointers that are asserted not to be NULL."""
    for text in view.header.source.calls.asserted_by(view.function.symbol):
        for name in null_checks(text, view.parameters):
            if view.header.target(view.parameters[name].type) is not None:
                yield name, sure("nullable", value=False, rank=Rank.LIBRARY, text=f"it asserts `{name}`")


def null_checks(text: str, parameters: Collection[str]) -> tuple[str, ...]:
    """Return the parameters that an assertion wants not to be NULL or 0; nothing where it wants more than that."""
    names = []
    for piece in _MESSAGE.sub("", text).split("&&"):
        found = _CHECK.fullmatch(piece.strip())
        if found is None or found["name"] not in parameters:
            return ()
        names.append(found["name"])
    return tuple(names)
