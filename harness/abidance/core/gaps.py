"""Promises that no call put to the test: what items tell of them, and which are left open when all have ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

FEW = 3
"""So many of what several gaps are about are named."""
Tested = tuple[str, str]
"""A function or law, and a clause of its that some call put to the test."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A promise that no call of an item put to the test: whose, which clause, and what there is to say.

    Nothing is said of it while the gap `behind` of the same function is open. Where several of a function are left open
    that say the same of what they are `about`, `of_several` is said once, with all of that in the place of its `{}`.
    """

    function: str
    clause: str
    words: str
    behind: str = ""
    about: str = ""
    of_several: str = ""

    @property
    def key(self) -> Tested:
        """Return what closes it."""
        return self.function, self.clause


def left_open(items: Iterable[tuple[str, Collection[Gap], Collection[Tested]]]) -> tuple[str, ...]:
    """Return what nothing put to the test, in the order of the items, each with its library, gaps and tested clauses.

    The library is named where another of the libraries has no such gap.
    """
    gaps: dict[str, dict[Tested, Gap]] = {}
    tested: dict[str, set[Tested]] = {}
    for library, some, closed in items:
        if not (some or closed):
            continue  # it asks nothing, as one that compares two libraries does
        found = gaps.setdefault(library, {})
        for gap in some:
            found.setdefault(gap.key, gap)
        tested.setdefault(library, set()).update(closed)
    told: dict[str, tuple[Gap, list[str]]] = {}
    for library, found in gaps.items():
        left = found.keys() - tested[library]
        for key, gap in found.items():
            if key in left and (gap.function, gap.behind) not in left:
                told.setdefault(gap.words, (gap, []))[1].append(library)
    causes: dict[tuple[str, str, tuple[str, ...]], list[Gap]] = {}
    for gap, libraries in told.values():
        alike = (gap.function, gap.of_several) if gap.of_several else ("", gap.words)
        causes.setdefault((*alike, tuple(libraries)), []).append(gap)
    return tuple(
        _words(alike)
        if len(libraries) == len(gaps)
        else f"{_words(alike)} (in {', '.join(f'`{library}`' for library in libraries)})"
        for (_, _, libraries), alike in causes.items()
    )


def _words(alike: list[Gap]) -> str:
    """Return what is said of gaps that have one cause."""
    first, *more = alike
    if not more:
        return first.words
    *some, last = [gap.about for gap in alike[:FEW]]
    more_than_few = len(alike) - FEW
    listed = f"{', '.join([*some, last])} and {more_than_few} more" if more_than_few > 0 else ""
    return first.of_several.replace("{}", listed or f"{', '.join(some)} and {last}")
