"""What was explored without knowing what was reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.core.events import ItemFinished


def uncovered(finished: Iterable[ItemFinished]) -> tuple[str, ...]:
    """Return what was left out for that reason, once for each library, as a run lists it.

    Where a library told of one item which of its code is reached, an item of which it told nothing reaches none of it:
    a function that the contract's own header defines.
    """
    explored = [(each.item.library, each.explored) for each in finished if each.explored]
    telling = {library for library, found in explored if not found.uncovered and found.edges}
    words = (
        f"what only coverage leads to in `{library}`: {found.uncovered}"
        for library, found in explored
        if found.uncovered and library not in telling
    )
    return tuple(dict.fromkeys(words))
