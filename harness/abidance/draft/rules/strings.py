"""A lone `const char *` is a string."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.draft.model import Rank, guessed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.model import Guess
    from abidance.draft.views import FunctionView


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield the strings among the parameters."""
    header = view.header
    for name, parameter in view.parameters.items():
        target = header.target(parameter.type)
        if target is not None and header.is_char(target) and header.is_const(target):
            yield name, guessed("in", "string", Rank.NAME, "a lone `const char *`")
