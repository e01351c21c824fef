"""The rules: what stands in a header, to clauses with their evidence. A new one is a file here and a line below.

A rule is given a function and yields guesses, each with the name of the parameter that it is about, `returns`, or an
empty name for a clause of the function itself.
Which of two that disagree decides is a matter of their evidence, among equals of the order here. A gap with no value is
one that nobody can call the function with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.draft.rules import (
    assertions,
    attributes,
    buffers,
    callbacks,
    handles,
    lifetimes,
    nullability,
    numbers,
    outputs,
    prototypes,
    results,
    side_effects,
    statuses,
    string_lists,
    strings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abidance.draft.model import Guess
    from abidance.draft.views import FunctionView

    Rule = Callable[[FunctionView], Iterator[tuple[str, Guess]]]

RESULT = "returns"
"""The name of a function's result among its places."""

RULES: tuple[Rule, ...] = (
    prototypes.guesses,
    attributes.guesses,
    assertions.guesses,
    handles.guesses,
    callbacks.guesses,
    buffers.guesses,
    strings.guesses,
    outputs.guesses,
    nullability.guesses,
    lifetimes.guesses,
    results.guesses,
    string_lists.guesses,
    statuses.guesses,
    numbers.guesses,
    side_effects.guesses,
)
