"""The rules: what stands in a header, to clauses with their evidence. A new one is a file here and a line below.

A rule is given a function and yields guesses, each with the name of the parameter that it is about, or `returns`.
The order is that in which they are asked; which of two that disagree decides is a matter of their evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.draft.rules import buffers, strings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abidance.draft.model import Guess
    from abidance.draft.views import FunctionView

    Rule = Callable[[FunctionView], Iterator[tuple[str, Guess]]]

RULES: tuple[Rule, ...] = (
    buffers.guesses,
    strings.guesses,
)
