"""The outcome of loading a library, and what follows for the items that call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.catalogue import LIBRARY_UNLOADABLE, LOAD_FAILED
from abidance.core.diagnostic import Diagnostic
from abidance.core.events import ItemFinished, ItemId
from abidance.core.outcome import Outcome
from abidance.run.phases import LOAD

if TYPE_CHECKING:
    from abidance.run.engine.items import Item

Side = tuple[str, str]
"""A library and a build of it."""


def sides_of(item: ItemId) -> frozenset[Side]:
    """Return what an item calls."""
    return frozenset((side.library, side.build) for side in item.sides)


def is_failure(result: ItemFinished) -> bool:
    """Tell whether an item says that its library was not loaded."""
    found = (*result.findings, *(finding for finding, _ in result.suppressed))
    return result.item.phase == LOAD and (
        result.outcome in (Outcome.ERRORED, Outcome.SKIPPED)
        or any(finding.diagnostic.code == LOAD_FAILED for finding in found)
    )


def pointer(item: ItemId, failed: frozenset[Side] | set[Side]) -> Diagnostic | None:
    """Return why an item cannot be judged whose library was not loaded; None where it was."""
    side = next((each for each in sorted(sides_of(item)) if each in failed), None)
    if side is None or item.phase == LOAD:
        return None
    where = ItemId(item.boundary, item.boundary, LOAD, *side)
    return Diagnostic(
        LIBRARY_UNLOADABLE,
        f"library `{side[0]}` was not loaded",
        help=f"`{where}` says why",
    )


def not_judged(item: Item, reason: Diagnostic) -> ItemFinished:
    """Return how an item ends that cannot be judged."""
    return ItemFinished(item.id, Outcome.ERRORED, span=item.span, reasons=(reason,))
