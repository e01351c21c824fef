"""What follows from a function alone: found out once for each, however many calls of it are laid out."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.boundary.model.functions import BoundaryFunction

Fact = TypeVar("Fact")


def fact(ask: Callable[[BoundaryFunction], Fact]) -> Callable[[BoundaryFunction], Fact]:
    """Have a question about a function answered once; the answer is shared, and nobody changes it."""

    @wraps(ask)
    def known(function: BoundaryFunction) -> Fact:
        facts: dict[object, Fact] = function.facts
        if ask not in facts:
            facts[ask] = ask(function)
        return facts[ask]

    return known
