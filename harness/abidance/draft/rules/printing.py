"""What prints, by its name: the contract then lets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.draft.model import Rank, guessed
from abidance.draft.name_words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.model import Guess
    from abidance.draft.views import FunctionView

_PRINTS = frozenset(
    (
        "print",
        "perror",
        "dump",
        "show",
        "debug",
        "display",
        "report",
        "list",
        "trace",
        "usage",
        "help",
        "warn",
        "log",
    )
)


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield that a function prints."""
    found = [word for word in words_of(view.name) if word in _PRINTS]
    if found:
        yield "", guessed("may", ("output",), Rank.NAME, f"`{found[0]}` in its name")
