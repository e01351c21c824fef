"""What watched the calls of a run, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.instruments import INSTRUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable

_WHOLES = {each.key: each.shown for each in INSTRUMENTS}
_SANITIZERS = tuple(each.shown for each in INSTRUMENTS if each.kind == "sanitizer")


def watchers(watched: Iterable[tuple[str, ...]]) -> str:
    """Return the instruments by which items were watched, those of each by their names; empty for none.

    Sanitizers come last, each build's joined by ``+``; a build that has some of another's is not named beside it.
    """
    each_item = tuple(dict.fromkeys(watched))
    live = {name for names in each_item for name in names}
    own = dict.fromkeys(
        each.shown
        for each in INSTRUMENTS
        if each.shown in live and each.kind != "sanitizer" and _WHOLES.get(each.part_of) not in live
    )
    builds = dict.fromkeys(tuple(name for name in _SANITIZERS if name in names) for names in each_item)
    sanitized = ("+".join(names) for names in builds if not any({*names} < {*others} for others in builds))
    return "; ".join(filter(None, (", ".join(own), ", ".join(sanitized))))
