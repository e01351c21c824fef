"""What a snapshot holds beside the facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abidance.abi.facts import Facts

FORMAT = 1
"""Raised when a reader of before would misunderstand what is written."""
MARK = "abidance_abi"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The facts of one boundary, its name, and the version of the project that had them, if it has any."""

    facts: Facts
    boundary: str = ""
    version: str = ""
