"""What was not explored, and why: nothing that an item fails for, and nothing to pass over in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.catalogue import NOT_EXPLORED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.core.diagnostic import Diagnostic
    from abidance.core.events import ItemFinished


def not_explored(items: Iterable[ItemFinished]) -> Iterator[str]:
    """Yield why items were not explored: one reason of several functions once, with their names."""
    alike: dict[tuple[str, ...], dict[str, Diagnostic]] = {}
    for item in items:
        for reason in item.reasons:
            if reason.code == NOT_EXPLORED:
                about = reason.notes if reason.place else (reason.message,)
                alike.setdefault(about, {})[reason.place] = reason
    for about, reasons in alike.items():
        *others, last = reasons
        if not last:
            yield about[0]
            continue
        names = f"{', '.join(f'`{name}`' for name in others)} and `{last}`" if others else f"`{last}`"
        yield ": ".join((f"exploring {names}, which cannot be called from C alone", *about))
