"""What becomes of pointers that outlast a call, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.contract.model.lifetimes import handle_in
from abidance.migration.model import KEPT, LENT, TO_CALLER, TO_LIBRARY, PointerTransfer, SourcedFact
from abidance.migration.sources import of_place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from abidance.evidence.facts import Crossing, KnownFunction

_DURING = ("", "call")


def transfers_of(function: KnownFunction, root: Path) -> Iterator[PointerTransfer]:
    """Yield the pointers of a function that are not given back when the call ends; handles have bonds of their own."""
    for each in function.crossings:
        found = _transfer(each)
        if found is not None:
            way, words = found
            yield PointerTransfer(way, each, SourcedFact(words, (of_place(each.span, root),)))


def _transfer(crossing: Crossing) -> tuple[str, str] | None:
    place = f"`{crossing.place}`"
    until = _until(crossing.lifetime)
    if crossing.kind == "callback":
        if crossing.lifetime in _DURING:
            return None
        return KEPT, f"{place} is called back {until}"
    if crossing.kind != "pointer":
        return None
    if crossing.transfers:
        if crossing.direction == "in":
            return TO_LIBRARY, f"{place} goes to the library, which frees it with `{crossing.free}`"
        return TO_CALLER, f"{place} goes to the caller, who frees it with `{crossing.free}`"
    outermost = crossing.place.lstrip("*").partition(".")[0]
    if outermost == "result" and crossing.direction == "out":
        return LENT, f"{place} is the library's own memory{f', valid {until}' if until else ''}"
    if crossing.lifetime in _DURING:
        return None
    if crossing.direction == "out":
        return LENT, f"{place} receives the library's own memory, valid {until}"
    return KEPT, f"the library uses {place} {until}"


def _until(lifetime: str) -> str:
    if handle := handle_in(lifetime):
        return f"until `{handle}` ends"
    return "as long as the program runs" if lifetime == "static" else ""
