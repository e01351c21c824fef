"""`setup:`: what a program calls before anything else of a library."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from abidance.contract.language.clauses import Clauses, Name, clause
from abidance.contract.language.kinds import FUNCTION_NAME, choice
from abidance.contract.language.shapes import ARGUMENTS, ListOf, MapOf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.contract.language.literals import Literal

CALL = MapOf(FUNCTION_NAME, ARGUMENTS, least=1, most=1, words="one call, `{function: {parameter: value}}`")
CALLS = ListOf(CALL, words="a list of calls")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupPromise(Clauses):
    """Calls that come before all others."""

    title: ClassVar[str] = "Calls that come before all others, and how often they are made."

    calls: tuple[Mapping[Name, Literal], ...] = field(
        metadata=clause(CALLS, "The calls, `{function: {parameter: value}}`.", required=True)
    )
    around: str = field(
        default="process",
        metadata=clause(
            choice("process", "case"),
            "Whether they are made once in each `process`, by default, or around each test `case`.",
        ),
    )
