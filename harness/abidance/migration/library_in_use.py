"""Which of a contract's libraries is in use, and which could take its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.core.events import ItemFinished
    from abidance.evidence.model import ContractEvidence


def today_of(evidence: ContractEvidence, named: str = "") -> str:
    """Return the library that is in use: the one that is named, else the first, which others are compared with.

    That is the contract's first one of which a run is kept, or else of all that a run has called.
    """
    if named:
        return named
    called = dict.fromkeys(
        side
        for subject in evidence.subjects
        for each in subject.items
        if each.value.item.library
        for side in sides_of(each.value)
    )
    listed = [each.name for each in evidence.facts.libraries] if evidence.facts is not None else []
    return next((name for name in listed if name in called), next(iter([*called, *listed]), ""))


def others_of(evidence: ContractEvidence, today: str) -> tuple[str, ...]:
    """Return the libraries that could take the place of the one in use."""
    listed: Sequence[str] = (
        [each.name for each in evidence.facts.libraries] if evidence.facts is not None else []
    )
    return tuple(name for name in listed if name != today)


def sides_of(item: ItemFinished) -> tuple[str, ...]:
    """Return the libraries that an item is about: two where they are compared."""
    return tuple(dict.fromkeys(side.library for side in item.item.sides))
