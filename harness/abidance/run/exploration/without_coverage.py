"""What was explored without knowing what was reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.core.events import ItemFinished


def uncovered(finished: Iterable[ItemFinished]) -> tuple[str, ...]:
    """Return what was left out for that reason, once for each library, as a run lists it."""
    words = (
        f"what only coverage leads to in `{each.item.library}`: {each.explored.uncovered}"
        for each in finished
        if each.explored and each.explored.uncovered
    )
    return tuple(dict.fromkeys(words))
