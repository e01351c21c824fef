"""What a witness cannot know. It is neither absent nor equal to anything that is known."""

from __future__ import annotations

from enum import Enum


class Unknown(Enum):
    """A type of one value, so that ``x is UNKNOWN`` narrows ``int | Unknown`` to ``int``."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown.UNKNOWN
