"""Where members stand while they are planned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.native.target.input_format import Path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.types import TaggedUnion

MISSING = object()
"""Stands for a value that the contract does not write out."""

Guards = tuple[tuple[Path, int], ...]
"""The alternatives of unions without which a place is not there."""


@dataclass(frozen=True, slots=True)
class ToldUnion:
    """A union of which a tag tells what lives in it: where it is below a place, and the record with the tag.

    That record is `around` it, or the call.
    """

    path: Path
    variant: TaggedUnion
    around: Path


@dataclass(frozen=True, slots=True)
class PlanScope:
    """Where members stand: their path, what the contract calls it, what is written out, in which alternatives."""

    path: Path
    prefix: str
    given: Mapping[str, object]
    guards: Guards
    names: frozenset[str]
    """What expressions can name here."""
    lengths: frozenset[str] = frozenset()
    """Numbers among the members that are the length of a buffer."""
    arrays: frozenset[str] = frozenset()
    """Arrays of numbers among the members, as expressions spell them."""
    is_element: bool = False
    """Whether they are those of one element of an array, of which there are several."""
    told: tuple[ToldUnion, ...] = ()
    """The unions among the members, and below them, of which a tag tells what lives."""

    def below(self, name: str) -> tuple[ToldUnion, ...]:
        """Return those that are below one of the members."""
        return tuple(replace(each, path=each.path[1:]) for each in self.told if each.path[:1] == (name,))
