"""What was not explored, and why: nothing that an item fails for, and nothing to pass over in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.contract.language.rules import listed
from abidance.core.catalogue import NOT_EXPLORED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.core.events import ItemFinished


def not_explored(items: Iterable[ItemFinished]) -> Iterator[str]:
    """Yield why items were not explored: one reason of several functions once, with their names."""
    alike: dict[tuple[str, ...], dict[str, None]] = {}
    for item in items:
        for reason in item.reasons:
            if reason.code == NOT_EXPLORED:
                # What a compiler or an engine said stands in the notes: its first words tell the most.
                about = reason.notes if reason.place else (reason.message, *reason.notes[:1])
                alike.setdefault(about, {})[reason.place] = None
    for about, names in alike.items():
        if "" in names:
            yield ": ".join(about)
            continue
        several = listed(tuple(names), "and")
        yield ": ".join((f"exploring {several}, which cannot be called from C alone", *about))
