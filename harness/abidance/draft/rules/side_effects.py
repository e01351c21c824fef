"""What prints or keeps memory, by its name: the contract then lets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.draft.model import Rank, guessed
from abidance.header.name_words import words_of

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
_KEEPS = frozenset(
    ("register", "add", "install", "intern", "insert", "push", "define", "append", "hook", "atexit")
)


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield that a function prints, or keeps something in no handle."""
    words = words_of(view.name)
    printed = [word for word in words if word in _PRINTS]
    kept = [word for word in words if word in _KEEPS]
    effects, why = [], []
    if printed:
        effects.append("output")
        why.append(printed[0])
    if kept and not any(view.handle_of(target) for _, _, target in view.pointers()):
        effects.append("memory")
        why.append(kept[0])
    if effects:
        text = f"{' and '.join(f'`{word}`' for word in why)} in its name"
        yield "", guessed("may", tuple(effects), Rank.NAME, text)
