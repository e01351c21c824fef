"""How long a string is at most that is passed, where the contract gives no `max`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import LONGEST_TEXT
from abidance.contract.language.regexes import regex

if TYPE_CHECKING:
    from abidance.contract.language.clauses import Name

_MOST = 4096
"""A form of longer texts has to be given a `max`: each of them is made, and kept."""


def longest_text(like: Name | None) -> int:
    """Return how many bytes a string has at most: as many as the longest of its form, where that is known and more."""
    longest = None if like is None else regex(like.text).longest
    return LONGEST_TEXT if longest is None or longest > _MOST else max(longest, LONGEST_TEXT)
