"""Promises that no call put to the test: what items tell of them, and which are left open when all have ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Tested = tuple[str, str]
"""A function or law, and a clause of its that some call put to the test."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A promise that no call of an item put to the test: whose, which clause, and what there is to say.

    Nothing is said of it while the gap `behind` of the same function is open.
    """

    function: str
    clause: str
    words: str
    behind: str = ""

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
    told: dict[str, list[str]] = {}
    for library, found in gaps.items():
        left = found.keys() - tested[library]
        for key, gap in found.items():
            if key in left and (gap.function, gap.behind) not in left:
                told.setdefault(gap.words, []).append(library)
    return tuple(
        words
        if len(libraries) == len(gaps)
        else f"{words} (in {', '.join(f'`{library}`' for library in libraries)})"
        for words, libraries in told.items()
    )
