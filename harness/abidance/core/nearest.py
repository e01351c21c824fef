"""The near miss behind an unknown name."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that `name` was most likely meant to be, or None."""
    names = sorted(known)
    for cutoff, candidate in ((0.6, name), (0.7, name.lower())):
        close = difflib.get_close_matches(candidate, names, n=1, cutoff=cutoff)
        if close:
            return close[0]
    return None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return words such as ``did you mean `payload_bytes`?``, or nothing."""
    close = nearest(name, known)
    return f"did you mean `{close}`?" if close else ""


_SUGGESTION = re.compile(r"did you mean `([^`]+)`\?")


def suggested(words: str) -> str | None:
    """Return the name that `did_you_mean` suggests in some words, or None."""
    found = _SUGGESTION.search(words)
    return found[1] if found else None
