"""`select:`: what of the header belongs to the boundary."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from abidance.contract.language.clauses import Clauses, Name, clause
from abidance.contract.language.kinds import GLOB
from abidance.contract.language.shapes import ListOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Select(Clauses):
    """Globs for what belongs to the boundary."""

    title: ClassVar[str] = (
        "Which functions and types of the header belong to the boundary, where no single prefix covers them."
    )

    functions: tuple[Name, ...] = field(
        default=(), metadata=clause(ListOf(GLOB, words="a list of names"), "Functions, by name or pattern.")
    )
    types: tuple[Name, ...] = field(
        default=(), metadata=clause(ListOf(GLOB, words="a list of names"), "Types, by name or pattern.")
    )
