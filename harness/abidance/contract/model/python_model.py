"""`model:`: a Python function that says what is right."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from abidance.contract.language.clauses import Clauses, Name, clause
from abidance.contract.language.kinds import HOOK
from abidance.contract.language.measures import FRACTION


@dataclass(frozen=True, slots=True, kw_only=True)
class Model(Clauses):
    """What the answers of a function are compared with."""

    title: ClassVar[str] = "The Python reference implementation, and how closely results must match it."

    function: Name = field(
        metadata=clause(
            HOOK, "The function. It takes parameters by name and returns the result.", required=True
        )
    )
    tolerance: float | None = field(
        default=None,
        metadata=clause(
            FRACTION,
            "The relative tolerance for floating-point results; 0 by default.",
        ),
    )
