"""A pointer with a size after it: `in` and `length` of what is const, `out` and `capacity` of what is not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.draft.model import Rank, guessed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.model import Guess
    from abidance.draft.views import FunctionView

SIZE = re.compile(
    r"(?:^|_)(?:n|len|length|size|sz|count|cnt|num|nbytes|bytes|cap|capacity|max|maxlen)(?:_|$)",
    re.IGNORECASE,
)


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield the buffers among the parameters."""
    header = view.header
    for name, parameter in view.parameters.items():
        target = header.target(parameter.type)
        beside = view.after(name)
        if target is None or beside is None or header.is_function(target):
            continue
        number, sized = beside
        if not header.is_integer(sized.type) or not SIZE.search(number):
            continue
        what = "bytes" if header.is_byte(target) else "array"
        if header.is_const(target):
            yield name, guessed("in", what, Rank.NAME, f"const, and `{number}` after it")
            yield name, guessed("length", number, Rank.NAME, "the size after it")
        else:
            yield name, guessed("out", what, Rank.NAME, f"not const, and `{number}` after it")
            yield name, guessed("capacity", number, Rank.NAME, "the size after it")
