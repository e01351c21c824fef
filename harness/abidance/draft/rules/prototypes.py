"""Functions that are declared with `()`, which says nothing of their parameters before C23 (C17 6.7.6.3p14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.draft.model import Rank, guessed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.model import Guess
    from abidance.draft.views import FunctionView


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield that a function takes nothing whose documentation names no parameter."""
    if view.takes_nothing:
        returned = view.header.type_name(view.function.returns)
        written = f"{returned}{'' if returned.endswith('*') else ' '}{view.name}(void)"
        said = "it is declared with `()`, and its documentation names no parameter"
        yield "", guessed("prototype", written, Rank.COMMENT, said)
