"""Functions that belong together, as their names have it: what a search tries together when it cannot try all.

Nothing is promised, or judged, by a name. Of a hundred functions on one handle few are about the same part of it, and
three calls that are, one after the other, come about by chance once in a thousand sequences.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.generate.seeded_source import Dice

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
FEW = 12
"""A word that more names have tells little: it is that of the library, or `set`."""


def words_of(name: str) -> frozenset[str]:
    """Return the words of a C name, such as `archive_entry_mtime` or `setMtime`."""
    return frozenset(word.lower() for word in _WORD.findall(name))


def related(names: Sequence[str], dice: Dice) -> frozenset[str]:
    """Return a few of the names, which have a word in common that no others have; all, where there is no such word."""
    having: dict[str, list[str]] = {}
    for name in names:
        for word in sorted(words_of(name)):
            having.setdefault(word, []).append(name)
    groups = [group for group in having.values() if 1 < len(group) <= FEW]
    return frozenset(dice.pick(groups) if groups else names)
