"""Where members stand while they are planned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.native.target.input_format import Path

if TYPE_CHECKING:
    from collections.abc import Mapping

Guards = tuple[tuple[Path, int], ...]
"""The alternatives of unions without which a place is not there."""


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
