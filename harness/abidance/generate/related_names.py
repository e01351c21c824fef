"""Functions that belong together, as their names have it: what a search tries together when it cannot try all.

Nothing is promised, or judged, by a name. Of a hundred functions on one handle few are about the same part of it, and
three calls that are, one after the other, come about by chance once in a thousand sequences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.header.name_words import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.generate.seeded_source import Dice

FEW = 12
"""A word that more names have tells little: it is that of the library, or `set`."""


def related(names: Sequence[str], dice: Dice) -> frozenset[str]:
    """Return a few of the names, which have a word in common that no others have; all, where there is no such word."""
    having: dict[str, list[str]] = {}
    for name in names:
        for word in sorted({*words_of(name)}):
            having.setdefault(word, []).append(name)
    groups = [group for group in having.values() if 1 < len(group) <= FEW]
    return frozenset(dice.pick(groups) if groups else names)
