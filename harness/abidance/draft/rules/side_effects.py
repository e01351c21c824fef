"""What prints, by its name or its code, or keeps memory, by its name: the contract then lets it."""

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
_PRINTING = frozenset(
    (
        "printf", "puts", "putchar", "perror", "__printf_chk", "vprintf", "__vprintf_chk", "fprintf",
        "__fprintf_chk", "vfprintf", "__vfprintf_chk", "fputs", "fputc", "putc", "fwrite", "psignal", "warn",
        "warnx", "vwarn", "error",
    )
)  # fmt: skip
"""Functions of the C library that print, or write to a stream that may be `stderr`."""
_KEEPS = frozenset(
    (
        "register",
        "add",
        "install",
        "intern",
        "insert",
        "push",
        "define",
        "append",
        "hook",
        "atexit",
        "set",
        "load",
    )
)


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield that a function prints, or keeps something in no handle."""
    words = words_of(view.name)
    printed = next((f"`{word}` in its name" for word in words if word in _PRINTS), "")
    through = view.header.source.calls.leading_to(view.function.symbol, _PRINTING)
    kept = next((f"`{word}` in its name" for word in words if word in _KEEPS), "")
    effects, why = [], []
    if printed or through:
        effects.append("output")
        why.append(printed or f"its code leads to `{through}`")
    if kept and not any(view.handle_of(target) for _, _, target in view.pointers()):
        effects.append("memory")
        why.append(kept)
    if effects:
        rank = Rank.NAME if printed or kept else Rank.LIBRARY
        yield "", guessed("may", tuple(effects), rank, ", ".join(dict.fromkeys(why)))
