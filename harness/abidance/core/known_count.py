"""How often a difference that a contract knows between two libraries was seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.core.span import Span

ALLOWED = "allowed"
"""The verdict on a difference of which the documentation permits both sides."""
ENOUGH = 20
"""After so many calls that meet the condition of a difference and answer alike, it is told that none showed it."""


@dataclass(frozen=True, slots=True)
class KnownCount:
    """A known difference at a place such as ``st_trim.result``, in calls that meet `when`; empty for all calls.

    `verdict` is the library that is wrong, or ``allowed``. Of the calls that were compared and meet the condition, the
    libraries answered `seen` differently, and `alike` the same.
    """

    place: str
    when: str
    verdict: str
    why: str
    see: str = ""
    span: Span | None = None
    seen: int = 0
    alike: int = 0

    @property
    def is_unseen(self) -> bool:
        """Tell whether many calls met its condition, and none showed it: it is mended, or the condition is wider."""
        return not self.seen and self.alike >= ENOUGH


def together(counts: Iterable[KnownCount]) -> tuple[KnownCount, ...]:
    """Return what several items counted of each known difference as one."""
    found: dict[tuple[str, str, str], KnownCount] = {}
    for each in counts:
        key = (each.place, each.when, each.why)
        one = found.get(key)
        found[key] = (
            each if one is None else replace(one, seen=one.seen + each.seen, alike=one.alike + each.alike)
        )
    return tuple(found.values())
