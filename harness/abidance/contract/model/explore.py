"""`explore:`: how long a coverage-guided search goes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from abidance.contract.language.clauses import Clauses, clause
from abidance.contract.language.measures import SECONDS
from abidance.contract.language.shapes import Shorthand


@dataclass(frozen=True, slots=True, kw_only=True)
class Explore(Clauses):
    """The budget of phase `explore`."""

    title: ClassVar[str] = (
        "How long phase `explore` searches for failing calls, guided by the code they reach."
    )

    seconds: float = field(
        metadata=clause(
            SECONDS,
            "Seconds of processor time for each function or handle of each library; 0 turns it off.",
            required=True,
        )
    )


EXPLORE = Shorthand(Explore, "seconds", SECONDS, words="a number of seconds, or a mapping")
