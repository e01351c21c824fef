"""A scorecard: what speaks for and against a replacement, area by area, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.core.diagnostic import Finding
    from abidance.core.gate import GateResult
    from abidance.report.record import RunRecord


class AreaStanding(StrEnum):
    """What one area, or all of them together, says of the replacement."""

    SAME = "same"
    BUT_FOR = "but for"
    DIFFERS = "differs"
    UNKNOWN = "not judged"
    NOT_ASKED = "not asked"
    """The contract says nothing of it, and nobody looked."""


class Area(StrEnum):
    """What is asked of a replacement, in the order of the scorecard."""

    LINKING = "linking"
    """Do programs that are linked with the one find what they ask for in the other?"""
    LAYOUTS = "layouts and calls"
    """Are records laid out alike, and values passed alike?"""
    PROMISES = "promises"
    """Does the other do what the contract promises?"""
    ENDINGS = "crashes and exits"
    """Does it come back from each valid call?"""
    ANSWERS = "answers"
    """Do both answer the same calls alike?"""
    ACROSS = "laws across both"
    """Does either read what the other wrote, where the contract has laws about both?"""
    THREADS = "threads"
    """May it be called from several threads where the contract says so?"""
    COSTS = "costs"
    """Does it keep to the budgets?"""
    OTHER = "other"
    """What was found and belongs to none of these; the area is there only where something does."""


@dataclass(frozen=True, slots=True)
class AreaScore:
    """One area of the scorecard: where it stands, in how many words, and the findings of calls that decide it.

    `shared` is what the library to be replaced does wrong as well, which is not held against the other, and `old_only`
    what it alone does wrong. Each finding of a run is in one of the three, of one area.
    """

    area: Area
    standing: AreaStanding
    words: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    shared: tuple[Finding, ...] = ()
    old_only: tuple[Finding, ...] = ()


_VERDICTS = {
    AreaStanding.SAME: "drop-in",
    AreaStanding.BUT_FOR: "drop-in but for",
    AreaStanding.DIFFERS: "not a drop-in:",
    AreaStanding.UNKNOWN: "not judged:",
}


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Whether library `new` may take the place of `old`. `gate` compares the two files, `record` has all calls.

    With `functions` it was asked of these alone.
    """

    boundary: str
    contract: str
    old: str
    new: str
    areas: tuple[AreaScore, ...]
    gate: GateResult | None
    record: RunRecord
    exit_code: int
    functions: tuple[str, ...] = ()

    @property
    def standing(self) -> AreaStanding:
        """Return what all areas come to.

        An area of which the contract says nothing decides nothing; one that was to be judged and could not be does.
        """
        found = {each.standing for each in self.areas}
        for each in (AreaStanding.DIFFERS, AreaStanding.UNKNOWN, AreaStanding.BUT_FOR):
            if each in found:
                return each
        return AreaStanding.SAME

    @property
    def not_held_against(self) -> Iterator[tuple[str, Finding]]:
        """Yield what is not held against the new library, each with the words for whose it is."""
        yield from (("both libraries", each) for area in self.areas for each in area.shared)
        yield from ((f"`{self.old}` alone", each) for area in self.areas for each in area.old_only)

    @property
    def verdict(self) -> str:
        """Return the verdict in words."""
        standing = self.standing
        words = _VERDICTS[standing]
        named = ", ".join(each.area.value for each in self.areas if each.standing is standing)
        words = words if standing is AreaStanding.SAME else f"{words} {named}"
        only = ", ".join(f"`{name}`" for name in self.functions)
        return f"{words} (asked of {only} alone)" if only else words
