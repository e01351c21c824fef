"""What two libraries are known to answer differently, in words: how often it was seen, and what was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.known_count import ALLOWED, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.core.events import ItemFinished
    from abidance.core.known_count import KnownCount


def known_lines(items: Iterable[ItemFinished]) -> Iterator[str]:
    """Yield a line for each known difference of the items that compared two libraries."""
    for each in together(known for item in items for known in item.known):
        condition = f" when `{each.when}`" if each.when else ""
        whose = "allowed" if each.verdict == ALLOWED else f"`{each.verdict}` is wrong"
        see = f" (see {each.see})" if each.see else ""
        yield f"known difference: `{each.place}`{condition}: {whose}: {each.why}{see}; {_count(each)}"


def known_objects(items: Iterable[ItemFinished]) -> list[dict[str, object]]:
    """Return the same as JSON values."""
    return [
        {
            "place": each.place,
            "when": each.when or None,
            "verdict": each.verdict,
            "why": each.why,
            "see": each.see or None,
            "seen": each.seen,
            "alike": each.alike,
            "unseen": each.is_unseen,
        }
        for each in together(known for item in items for known in item.known)
    ]


def _count(known: KnownCount) -> str:
    calls = known.seen + known.alike
    if known.is_unseen:
        wider = (
            "it is mended, or its `when` is wider than what shows it" if known.when else "it may be mended"
        )
        return f"not seen: all {calls:,} such calls gave the same results; {wider}"
    if not known.seen:
        return f"not seen in the {calls:,} such calls that were compared"
    return f"seen in {known.seen:,} of {calls:,} such calls"
