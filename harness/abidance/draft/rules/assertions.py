"""What the library's own code asserts: a parameter that is asserted not to be NULL is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.draft.model import Rank, sure
from abidance.draft.null_checks import null_checks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.model import Guess
    from abidance.draft.views import FunctionView


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield the pointers that are asserted not to be NULL."""
    for text in view.header.source.calls.asserted_by(view.function.symbol):
        for name in null_checks(text, view.parameters):
            if view.header.target(view.parameters[name].type) is not None:
                yield name, sure("nullable", value=False, rank=Rank.LIBRARY, text=f"it asserts `{name}`")
