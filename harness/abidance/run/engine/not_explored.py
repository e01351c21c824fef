"""What was not explored, and why: nothing that an item fails for, and nothing to pass over in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.catalogue import NOT_EXPLORED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.core.events import ItemFinished


def not_explored(item: ItemFinished) -> Iterator[str]:
    """Yield why an item was not explored; all that concern a library say the same."""
    yield from (reason.message for reason in item.reasons if reason.code == NOT_EXPLORED)
